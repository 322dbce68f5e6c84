#!/bin/sh
# Validates produced PDFs with veraPDF, all files in one JVM.
#
#   tests/tools/verapdf.sh FLAVOUR… -- FILE-OR-FOLDER…
#   tests/tools/verapdf.sh --fetch          only make the tool ready (for a CI's set-up step)
#
# Flavours: 2a 2u 3a ua1 …, or `claimed` for what each file says it is. One line a file and flavour on
# stdout; see verapdf/Validate.java for its form. Exit: 0 all pass, 1 a failure, 2 wrong usage or the
# tool cannot be had (no JDK, no Maven, no way to Maven Central and nothing cached).
#
# URKUNDE_TOOLS   where the jars are kept; by default target/tools in the repository
# MAVEN_ARGS_EXTRA  further arguments for mvn, such as a settings file
set -u

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
tools=${URKUNDE_TOOLS:-$here/../../target/tools}
home=$tools/verapdf

give_up() {
    echo "verapdf.sh: $*" >&2
    exit 2
}

# The jars and the class belong to exactly this pom and this source.
wanted=$(cat "$here/verapdf/pom.xml" "$here/verapdf/Validate.java" | cksum)

prepare() {
    command -v javac >/dev/null 2>&1 || give_up "javac is missing (Debian: default-jdk-headless, 17 or newer)"
    command -v mvn >/dev/null 2>&1 || give_up "mvn is missing (Debian: maven)"
    # A folder of its own until it is whole, so that an interrupted run leaves nothing half made.
    fresh=$home.new.$$
    rm -rf "$fresh"
    mkdir -p "$fresh/jars" "$fresh/classes" || give_up "cannot write to $tools"
    # shellcheck disable=SC2086
    mvn -q -B -f "$here/verapdf/pom.xml" ${MAVEN_ARGS_EXTRA:-} \
        dependency:copy-dependencies -DoutputDirectory="$fresh/jars" >"$fresh/log" 2>&1 || {
        tail -n 15 "$fresh/log" >&2
        rm -rf "$fresh"
        give_up "Maven could not resolve the veraPDF library"
    }
    javac -encoding UTF-8 -cp "$fresh/jars/*" -d "$fresh/classes" "$here/verapdf/Validate.java" >"$fresh/log" 2>&1 || {
        cat "$fresh/log" >&2
        rm -rf "$fresh"
        give_up "Validate.java does not compile"
    }
    echo "$wanted" >"$fresh/stamp"
    rm -rf "$home"
    mv "$fresh" "$home" || give_up "cannot write to $home"
}

command -v java >/dev/null 2>&1 || give_up "java is missing (Debian: default-jdk-headless, 17 or newer)"
if [ "$(cat "$home/stamp" 2>/dev/null)" != "$wanted" ]; then
    prepare
fi
if [ "${1:-}" = --fetch ]; then
    exit 0
fi
# UTF-8 for file names and output, whatever the caller's locale is.
LC_ALL=C.UTF-8 exec java -Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8 \
    -cp "$home/classes:$home/jars/*" Validate "$@"
