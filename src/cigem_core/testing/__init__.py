"""For tests of adapters: their contract, data made from their declarations, the laws every lens keeps, services that go wrong.

    from cigem_core.testing import contract, laws, strategies
    from cigem_core.testing.apej import ApejServer

Contract, laws and strategies need pytest and hypothesis: `pip install cigem-core[testing]`. Services need nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cigem_core.testing.contracts import contract as contract

__all__ = ["contract"]


def __getattr__(name: str) -> Any:
    if name == "contract":
        # Made when first used: a demonstration of a service has no pytest.
        from cigem_core.testing.contracts import contract

        return contract
    raise AttributeError(f"module 'cigem_core.testing' has no attribute '{name}'")
