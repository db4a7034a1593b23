"""``flowrisk mcp``: a server of the Model Context Protocol over stdin and stdout."""

from __future__ import annotations

from flowrisk.cli import asking, located, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk mcp
  flowrisk mcp --quiet
  flowrisk init my-data && flowrisk mcp --data my-data
"""
_INSTRUCTIONS = (
    "Estimates how much index-tracking funds must sell if index providers remove a company, who "
    "sells, and how long it takes. Say with each figure whether it is calibrated, an estimate or a "
    "lower bound (bound), and of which day (as_of_on). Estimates, not investment advice."
)


@asking.spread(beside=(options.DATASET,))
def mcp(call: Call[Question]) -> None:
    """Serve a dataset to an assistant (MCP).

    Tools scenario, explain, query and tables over stdin and stdout, by the Model Context Protocol
    (extra mcp). It changes nothing, and SQL
    runs in a confined process; a refusal is a result that says what to do.
    """
    from flowrisk import __version__
    from flowrisk.api.served import Served
    from flowrisk.errors import QuestionError

    served = Served(located.open_dataset(call.data))
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp_types import ToolAnnotations
    except ImportError as error:
        raise QuestionError(
            "The command 'mcp' needs a package that is not installed.",
            facts={"missing": error.name or error},
            remedy="Install it: pip install 'index-flowrisk[mcp]'.",
        ) from error
    server = MCPServer(
        "flowrisk", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False, idempotent_hint=True)
    for ask in (served.scenario, served.explain, served.query, served.tables):
        server.tool(annotations=reads, structured_output=False)(ask)
    server.run("stdio")
