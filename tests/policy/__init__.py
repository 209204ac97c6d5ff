from typing import Any

from goldsmith.model import Model


def but(facts: Any, change: dict[str, Any]) -> Any:
    """`facts`, with some things changed; a dict changes fields of a value inside."""
    return facts.model_copy(
        update={
            name: but(getattr(facts, name), value) if isinstance(value, dict) and _is_value(facts, name) else value
            for name, value in change.items()
        }
    )


def _is_value(facts: Any, name: str) -> bool:
    return isinstance(getattr(facts, name), Model)
