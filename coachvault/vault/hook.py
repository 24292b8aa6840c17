"""The hook that makes a plain `git push` take new keys and files along: shell and git, no coach needed.

It adds, and never takes away: a destruction or a change of keys must reach the remote in one step
with the branch, which only `coach sync` does. Then the hook stops the push and says so.
"""

from pathlib import Path

from coachvault.vault import files

_MARK = "# coachvault: pre-push"
PRE_PUSH = f"""#!/bin/sh
{_MARK}
# Keys and files of the vault travel beside the branch; this sends them before it.
url=$2
unset $(git rev-parse --local-env-vars)
fail() {{
    echo "coachvault: $1" >&2
    echo "coachvault: nothing was pushed; run: coach sync" >&2
    exit 1
}}
# Whoever has the same makes the same.
commit() {{
    {{
        echo "tree $1"
        [ -z "$2" ] || echo "$2"
        echo 'author coachvault <coachvault@localhost> 0 +0000'
        echo 'committer coachvault <coachvault@localhost> 0 +0000'
        printf '\\ncoachvault: update\\n'
    }} | git hash-object -t commit -w --stdin
}}
for area in keys files; do
    [ -d "$area/.git" ] || continue
    inner="$area/.git"
    ref="refs/coachvault/$area"
    known="refs/coachvault/remote/$area"
    (
        cd "$area" || exit 1
        # A broken repository here must not be taken for the one around it.
        GIT_DIR=.git
        export GIT_DIR
        {{ git ls-files; find . -name .git -prune -o -type f -name '*.age' -print | sed 's,^\\./,,'; }} |
            sort -u | git update-index --add --remove --stdin || exit 1
        tree=$(git write-tree) || exit 1
        parents=
        # All of the files has for parents a commit for each file, so that what is there is not sent again.
        [ "$area" = keys ] || parents=$(
            git ls-files --stage | awk -F '\\t' '{{
                group = name = $2; split($1, facts, " ")
                sub(/.*\\//, "", name); sub(/\\.[0-9]+\\.age$/, "", group)
                if (NR > 1 && group != last) print ""
                last = group; printf "100644 blob %s\\t%s\\n", facts[2], name
            }}' | git mktree --batch | while read -r one; do
                echo "parent $(commit "$one")"
            done
        )
        commit=$(commit "$tree" "$parents") || exit 1
        git update-ref "$ref" "$commit" || exit 1
    ) || fail "the $area of the vault could not be read"
    new=$(git --git-dir="$inner" rev-parse --verify --quiet "$ref")
    old=$(git --git-dir="$inner" rev-parse --verify --quiet "$known")
    [ "$new" = "$old" ] && continue
    gone=$(test -z "$old" || git --git-dir="$inner" diff-tree -r --name-only --diff-filter=a "$old" "$new")
    if [ -n "$gone" ]; then
        fail "$area were destroyed or changed since the last sync"
    fi
    # No hook runs for this push: those of the vault are not those of the nested repository.
    git --git-dir="$inner" -c core.hooksPath=/dev/null push --quiet --no-verify \\
        --force-with-lease="$ref:$old" -- "$url" "$new:$ref" || fail "the remote has other $area by now"
    git --git-dir="$inner" update-ref "$known" "$new"
done
exit 0
"""


def install(root: Path) -> bool:
    """Put the hook in place; False, and nothing is changed, where there is one that is not ours."""
    place = root / ".git" / "hooks" / "pre-push"
    if place.exists() and _MARK not in place.read_text("utf-8", "replace"):
        return False
    with files.storage():
        files.make_folder(place.parent)
        files.replace(place, PRE_PUSH.encode())
        place.chmod(0o700)
    return True
