"""Adapters to real descriptors and architectures, with random weights, ready for :func:`twinclouds.audit`.

Each function returns a model for one cutoff (and seed). What it needs is installed as an extra of the package, imported
when the function is called, and asked for in one line when missing:

==================  ==========================================================================================
extra               models
==================  ==========================================================================================
(none)              :class:`twinclouds.MessagePassing`, :class:`twinclouds.Correlations`, ...
``descriptors``     :func:`~twinclouds.models.soap.featomic_spectrum`, :func:`~twinclouds.models.soap.dscribe_soap`,
                    :func:`~twinclouds.models.soap.dscribe_acsf`
``torch``           :func:`~twinclouds.models.geometric.schnet`, :func:`~twinclouds.models.geometric.dimenet`,
                    :func:`~twinclouds.models.geometric.visnet`
``mace``            :func:`~twinclouds.models.mace.mace`
``energies``        :mod:`twinclouds.models.energies`, not a model: energies of the pairs
==================  ==========================================================================================

:mod:`twinclouds.models.training` trains networks with torch on the data of :mod:`twinclouds.learning`.

:mod:`twinclouds.models.reference` audits them all, and keeps the outcome in a table that comes with the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twinclouds.models.extras import EXTRAS, need

if TYPE_CHECKING:
    from twinclouds.models.reference import reference_audit as reference_audit

__all__ = ["EXTRAS", "need", "reference_audit"]


def __getattr__(name: str) -> Any:
    # On first use only, so that `python -m twinclouds.models.reference` does not import itself twice.
    if name == "reference_audit":
        from twinclouds.models.reference import reference_audit

        return reference_audit
    raise AttributeError(f"module 'twinclouds.models' has no attribute {name!r}; it offers {', '.join(__all__)}")
