"""Start from a plan that is there: an earlier run's, when nothing that it was made from changed, or the release's."""

from pathlib import Path

from lictor.api.kept_items import KeptItems
from lictor.api.plugins import plugins_for
from lictor.api.prepared import Prepared, own_ruleset
from lictor.api.release import Release, codes_with, release_for, released_plan
from lictor.api.release_files import installed_at, record_of
from lictor.api.requests import CheckRequest, PluginChoice, PolicyChoice
from lictor.api.snapshots import Snapshot, Stamp, describe_choices, package_of, read_snapshot, stamps_of, write_snapshot
from lictor.host import Plugins, find_entry_points, finish_nothing, installed_versions
from lictor.model import EMPTY
from lictor.registry import Registry


class KeptPlan:
    """The plan that is there for a request, if it still holds, and the place to keep a newer one."""

    def __init__(
        self, directory: Path | None, choices: str, choice: PluginChoice, released: Prepared | None = None
    ) -> None:
        """Read what was kept in a directory, unless the release has it; None keeps nothing."""
        self._directory = directory
        self._choices = choices
        self._released = released
        self._rests_on_release = release_for(choice) is not None
        self._snapshot = read_snapshot(directory, choices) if directory and released is None else None
        self._known_codes = len(self._snapshot.codes) if self._snapshot else -1
        self._stamps: tuple[Stamp, ...] | None = None
        self.plugins = (self._snapshot and self._snapshot.plugins) or plugins_for(choice)
        self.prepared = self._prepare(self._snapshot) if self._snapshot else released

    def _prepare(self, snapshot: Snapshot) -> Prepared | None:
        if self.plugins.problems:
            return None
        plugins = self.plugins
        return Prepared(plugins, plugins.registry, snapshot.plan, (), snapshot.is_default, snapshot.codes)

    def identity(self, prepared: Prepared) -> str:
        """Return what names all that a plan and its answers rest on; "" when that is not known."""
        if self._directory is None or prepared.problems:
            return ""
        if prepared is self._released:
            installed = describe_choices(find_entry_points(), installed_versions())
            return repr((installed, _release_stamp()))
        return repr((self._choices, self._stamped(prepared)))

    def keep(self, prepared: Prepared) -> None:
        """Keep a plan for the next run and for this one's workers, with the queries that were compiled so far."""
        if self._directory is None or prepared.problems or prepared is self._released:
            return
        if len(prepared.codes) <= self._known_codes:
            return
        self._known_codes = len(prepared.codes)
        if self._snapshot is not None and prepared is self.prepared:
            write_snapshot(self._directory, self._snapshot)
            return
        # where each query stands in its file is for what is wrong with it, and nothing is
        rules = {rule_id: rule._replace(places=EMPTY) for rule_id, rule in prepared.plan.rules.items()}
        plan = prepared.plan._replace(rules=rules)
        plugins = None if self._rests_on_release else _kept(prepared.plugins)
        stamps = self._stamped(prepared)
        write_snapshot(
            self._directory, Snapshot(self._choices, plugins, plan, prepared.is_default, prepared.codes, stamps)
        )

    def _stamped(self, prepared: Prepared) -> tuple[Stamp, ...]:
        if self._snapshot is not None and prepared is self.prepared:
            return self._snapshot.stamps
        if self._stamps is None:
            modules = ("lictor", *(plugin.module for plugin in prepared.plugins.plugins))
            packages = [path for module in modules if (path := package_of(module))]
            self._stamps = stamps_of(prepared.read if self._rests_on_release else [*packages, *prepared.read])
        return self._stamps


def kept_for(request: CheckRequest) -> KeptPlan:
    """Return the plan that is there for a request's choices."""
    own = None if request.policy.rulesets else own_ruleset(request.root)
    release = release_for(request.plugins)
    if release is not None and own is None and request.policy == PolicyChoice():
        return KeptPlan(request.cache, "", request.plugins, _released(release))
    if request.cache is None:
        return KeptPlan(None, "", request.plugins)
    # names of files in messages count from the root, so a plan made from files is good for one root only
    has_files = own is not None or bool(request.policy.rule_directories) or any(map(_is_file, request.policy.rulesets))
    place = (str(request.root), str(Path.cwd())) if has_files else ()
    # what the release was made of was looked at already
    installed = (find_entry_points(), installed_versions(), _release_stamp() if release else ())
    choices = describe_choices(installed, request.plugins, _plain(request.policy), str(own or ""), place)
    return KeptPlan(request.cache, choices, request.plugins)


def _release_stamp() -> tuple[Stamp, ...]:
    return stamps_of([Path(record_of(installed_at()))])


def _released(release: Release) -> Prepared:
    plugins = release.plugins
    return Prepared(plugins, plugins.registry, released_plan(release), (), is_default=True, codes=codes_with({}))


def _kept(plugins: Plugins) -> Plugins | None:
    """Return plugins in a form that can be kept; None where one wants to see the report, or made what can't be."""
    if plugins.finish is not finish_nothing:
        return None
    try:
        return plugins._replace(registry=Registry._make(map(KeptItems, plugins.registry)))
    except Exception:  # noqa: BLE001 - a plugin may register anything, whose pickling may raise anything
        return None


def _is_file(ruleset: str) -> bool:
    return Path(ruleset).is_file()


def _plain(policy: PolicyChoice) -> tuple[object, ...]:
    directories = tuple(map(str, policy.rule_directories))
    return (policy.rulesets, directories, policy.only, dict(policy.parameters), policy.fail_on)
