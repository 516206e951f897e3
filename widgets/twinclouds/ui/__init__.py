"""The widgets, one module each, and the same scenes for pages without widgets.

Everything a widget shows is computed in Python once, when it is made; sliding, stepping, turning and picking then
happen in the browser and go on working without a kernel.
"""

from twinclouds.ui.angle_explorer import AngleExplorer
from twinclouds.ui.audit_view import AuditView
from twinclouds.ui.chooser import PairChooser
from twinclouds.ui.cloud_view import CloudView
from twinclouds.ui.figure import alt_text, figure
from twinclouds.ui.graph_explorer import GraphExplorer
from twinclouds.ui.notebook_page import export_notebook
from twinclouds.ui.offline import export_html
from twinclouds.ui.prediction import Prediction
from twinclouds.ui.py3dmol import py3dmol_view
from twinclouds.ui.refinement_explorer import RefinementExplorer
from twinclouds.ui.staircase_view import StaircaseView
from twinclouds.ui.twin_builder import TwinBuilder

__all__ = [
    "AngleExplorer",
    "AuditView",
    "CloudView",
    "GraphExplorer",
    "PairChooser",
    "Prediction",
    "RefinementExplorer",
    "StaircaseView",
    "TwinBuilder",
    "alt_text",
    "export_html",
    "export_notebook",
    "figure",
    "py3dmol_view",
]
