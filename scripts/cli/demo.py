"""`openear demo`: a page with two phones, the real engine behind them, and invented stories."""

from pathlib import Path

import click

from bot.demo import FOLDER


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: OPENEAR_PORT, or 8080.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    show_default=True,
    help="The folder of its data, which is replaced at each start.",
)
def demo(port: int | None, folder: Path) -> None:
    """Open the demo on this machine: invented stories and two phones; nothing is sent."""
    # Half a second of imports, which the help does not need.
    from bot.demo.world import open_world  # noqa: PLC0415
    from bot.logs import set_up_logs  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415
    from scripts.cli.processes import listening  # noqa: PLC0415
    from webhooks.app import create_app  # noqa: PLC0415
    from webhooks.pages.demo import blueprint  # noqa: PLC0415

    settings = read_settings({}, folder)  # of the settings, the demo reads only the port
    port = port or read_settings().port
    set_up_logs(settings.log_level)
    click.echo("Inventing 200 stories …")
    world = open_world(folder)
    app = create_app(world.installation, invented=True, more=[blueprint(world)])
    server = listening(app, "127.0.0.1", port)
    address = f"http://127.0.0.1:{server.effective_port}"
    campaign = world.campaign.slug
    click.echo(f"""
Two phones:        {address}/demo
The download:      {address}/export/{campaign}/stories.csv   (also .jsonl, .docx)
What it offers:    {address}/openapi.json
A token for it:    {world.token}

    curl -H "Authorization: Bearer {world.token}" {address}/export/{campaign}/stories.csv

All stories are invented, languages are drafts that no speaker has checked, and nothing leaves this machine.
Ctrl-C ends it.
""")
    try:
        server.run()
    finally:
        server.close()
        world.close()
