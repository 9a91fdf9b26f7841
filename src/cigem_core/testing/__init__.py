"""For tests of adapters: data made from their declarations, and the laws every lens keeps.

    from cigem_core.testing import laws, strategies

Needs hypothesis: `pip install cigem-core[testing]`.
"""
