"""For tests of adapters: data made from their declarations, the laws every lens keeps, and services that go wrong.

    from cigem_core.testing import laws, strategies
    from cigem_core.testing.apej import ApejServer

Laws and strategies need hypothesis: `pip install cigem-core[testing]`. Services need nothing more.
"""
