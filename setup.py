"""What pyproject.toml cannot say: the wheel has components/ inside the command's package, as goldsmith_cli/components.

Each build gets a new folder.  In setuptools' default, build/lib, files that were since moved or deleted stay, and would
be in the next wheel again.
"""

from tempfile import TemporaryDirectory

from setuptools import find_packages, setup

BUILD = TemporaryDirectory(prefix="goldsmith-wheel-")

setup(
    packages=[
        *find_packages("layers/goldsmith"),
        *find_packages(include=["goldsmith_cli", "goldsmith_cli.*"]),
        "goldsmith_cli.components",
    ],
    package_dir={"goldsmith": "layers/goldsmith/goldsmith", "goldsmith_cli.components": "components"},
    package_data={"goldsmith_cli.components": ["linux/**/*"]},
    options={"build": {"build_base": BUILD.name}},
)
