"""The front door of the service: the one web program, and the gate that every request passes.

`rules` says what may pass (pure), `gate` asks it for every request and websocket, `health` answers whether the
service works, `dagster_ui` makes Dagster's web UI, `__main__` puts them together and listens.
"""

from mcode_pipelines.portal.gate import Gate
from mcode_pipelines.portal.rules import Asked, GateRules, Refusal

__all__ = ["Asked", "Gate", "GateRules", "Refusal"]
