#!/usr/bin/env bash
# Freezes a generated folder into MicroPython for the Raspberry Pi Pico: one UF2 file that needs no
# file system, and that drives no pin before the program does.
#
#     codegen/pico_micropython/build_firmware.sh DIR OUT
#     codegen/pico_micropython/build_firmware.sh --prepare
#
# DIR holds what `smallbms generate -t pico-micropython -o DIR` wrote. OUT gets firmware.uf2, .bin
# and .elf; with --prepare only what all builds share is made. MicroPython, the Pico's SDK and its USB stack are built from Debian's source packages,
# fetched with apt and checked with Debian's keys, in a folder of their own (SMALLBMS_BUILD, else
# build/micropython of this checkout), which is kept: nothing of the system's apt is read or written.
# The first build takes some minutes and fetches 30 MB; a later one takes seconds.
#
# Exit status: 0 built, 1 the build failed, 2 wrong use, 3 something that is needed cannot be had.
set -euo pipefail

RELEASE=trixie
MICROPYTHON=1.25.0
MICROPYTHON_PACKAGE=micropython=1.25.0+ds-1
LIBRARY_PACKAGES=(pico-sdk-source=2.1.1-1 tinyusb-source=0.18.0+dfsg-1)
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
# As program:package.
PROGRAMS=(apt-get:apt dpkg-deb:dpkg dpkg-source:dpkg-dev cmake:cmake ninja:ninja-build make:make
    gcc:gcc python3:python3 tar:tar xz:xz-utils flock:util-linux
    arm-none-eabi-gcc:gcc-arm-none-eabi)
NEWLIB=libnewlib-arm-none-eabi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../.." && pwd)

fail() {
    echo "build_firmware.sh: $2" >&2
    exit "$1"
}

# run LOG COMMAND...: what a command says is shown only if it fails.
run() {
    local log=$1
    shift
    "$@" > "$log" 2>&1 < /dev/null || { tail -n 40 "$log" >&2; return 1; }
}

require_programs() {
    local missing=() each
    for each in "${PROGRAMS[@]}"; do
        command -v "${each%%:*}" > /dev/null || missing+=("${each##*:}")
    done
    echo '#include <stdio.h>' | arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -E - > /dev/null 2>&1 \
        || missing+=("$NEWLIB")
    [ ${#missing[@]} = 0 ] || fail 3 "missing. Install what is, and call this again:
    sudo apt-get install --no-install-recommends ${missing[*]}"
    [ -r "$KEYRING" ] || fail 3 "$KEYRING is missing: install debian-archive-keyring"
}

# The mirror that this machine's Debian comes from.
mirror() {
    apt-cache policy base-files | grep -oE 'https?://[^ ]+' | grep -v security | head -n 1
}

fetch() {
    local from
    from=$(mirror) || fail 3 "no Debian mirror is known here: apt-cache policy base-files names none"
    mkdir -p apt/lists/partial apt/cache/archives/partial packages
    : > apt/status
    cat > apt/sources.list << SOURCES
deb [signed-by=$KEYRING] $from $RELEASE main
deb-src [signed-by=$KEYRING] $from $RELEASE main
SOURCES
    local apt=(apt-get -q
        -o "Dir::Etc::sourcelist=$PWD/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State=$PWD/apt" -o "Dir::State::lists=$PWD/apt/lists"
        -o "Dir::State::status=$PWD/apt/status" -o "Dir::Cache=$PWD/apt/cache"
        -o "APT::Sandbox::User=$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none)
    run apt/update.log "${apt[@]}" --error-on=any update \
        || fail 3 "the package lists of Debian $RELEASE cannot be had from $from"
    (
        cd packages
        run source.log "${apt[@]}" source --download-only "$MICROPYTHON_PACKAGE" \
            && run download.log "${apt[@]}" download "${LIBRARY_PACKAGES[@]}"
    ) || fail 3 "$from has no $MICROPYTHON_PACKAGE ${LIBRARY_PACKAGES[*]} in Debian $RELEASE"
}

unpack() {
    local each
    tar -xf "packages/micropython_${MICROPYTHON}+ds.orig.tar.xz"
    for each in packages/*.deb; do
        dpkg-deb --extract "$each" libraries
    done
    rm -rf "$source/lib/tinyusb"
    cp -r libraries/usr/src/tinyusb "$source/lib/tinyusb"
    # Debian leaves micropython-lib out, and nothing here needs it; the build looks for the folders.
    mkdir -p "$source"/lib/micropython-lib/{micropython,python-stdlib,unix-ffi}
    touch "$source/lib/micropython-lib/README.md"
}

# Without TLS, whose library Debian leaves out, and linked as C, so that no C++ library is needed.
adapt() {
    local port=$source/ports/rp2
    sed -i \
        -e 's/set(MICROPY_SSL_MBEDTLS ON)/set(MICROPY_SSL_MBEDTLS OFF)/' \
        -e '/mbedtls\/mbedtls_port.c/d' \
        -e '/^target_link_libraries(${MICROPY_TARGET} micropy_lib_mbedtls)/d' \
        -e '/GIT_SUBMODULES lib\/mbedtls/d' \
        -e 's/^add_executable(${MICROPY_TARGET})$/&\
set_target_properties(${MICROPY_TARGET} PROPERTIES LINKER_LANGUAGE C)\
target_link_libraries(${MICROPY_TARGET} m)/' \
        "$port/CMakeLists.txt"
    sed -i \
        -e 's/^#define MICROPY_SSL_MBEDTLS .*/#define MICROPY_SSL_MBEDTLS (0)/' \
        -e '/^#define MICROPY_PY_CRYPTOLIB /d' \
        -e '/^#define MICROPY_PY_HASHLIB_SHA1 /d' \
        "$port/mpconfigport.h"
    mkdir -p board
    cp "$port/boards/RPI_PICO/pins.csv" board/
    cat > board/mpconfigboard.cmake << 'BOARD'
set(PICO_BOARD "pico")
set(PICO_PLATFORM "rp2040")
BOARD
    cat > board/mpconfigboard.h << 'BOARD'
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico"
#define MICROPY_HW_FLASH_STORAGE_BYTES (1408 * 1024)
#define MICROPY_PY_SSL (0)
#define MICROPY_PY_CRYPTOLIB (0)
#define MICROPY_PY_HASHLIB_SHA1 (0)
BOARD
}

# Everything that does not depend on what is frozen. The stamp is written last, and names what it
# was made by: an interrupted or older folder is made anew.
prepare() {
    local recipe
    recipe=$(sha256sum < "${BASH_SOURCE[0]}")
    [ "$(cat "$stamp" 2> /dev/null)" != "$recipe" ] || return 0
    [ -e "$mark" ] || [ -z "$(ls -A "$work" 2> /dev/null)" ] \
        || fail 2 "$work is not empty, and was not made by this script"
    rm -rf "$work"
    mkdir -p "$work"
    touch "$mark"
    cd "$work"
    echo "Fetching MicroPython $MICROPYTHON from Debian $RELEASE"
    fetch
    unpack
    adapt
    echo "Building its cross-compiler"
    run compiler.log make -j"$(nproc)" -C "$source/mpy-cross" || fail 1 "mpy-cross cannot be built"
    echo "$recipe" > "$stamp"
}

freeze() {
    cd "$work"
    rm -rf frozen
    cp -r "$folder" frozen
    echo "Building MicroPython with ${folder##*/} frozen in"
    # The time that is written into the image.
    export SOURCE_DATE_EPOCH=1700000000
    run configure.log cmake -S "$source/ports/rp2" -B image -G Ninja -DMICROPY_BOARD=SMALLBMS \
        -DMICROPY_BOARD_DIR="$work/board" -DMICROPY_FROZEN_MANIFEST="$work/frozen/manifest.py" \
        -DPICO_SDK_PATH_OVERRIDE="$work/libraries/usr/src/pico-sdk" -DPICO_NO_PICOTOOL=1 \
        -DCMAKE_BUILD_TYPE=MinSizeRel \
        -DCMAKE_CXX_FLAGS="-nostdinc++ -DPICO_CXX_DISABLE_ALLOCATION_OVERRIDES=1" \
        || fail 1 "the build cannot be configured"
    run build.log ninja -C image || fail 1 "the firmware cannot be built"
}

usage="usage: build_firmware.sh DIR OUT, or build_firmware.sh --prepare"
work=$(realpath -m "${SMALLBMS_BUILD:-$checkout/build/micropython}")
source=$work/micropython-$MICROPYTHON
mark=$work/made-by-build_firmware
stamp=$work/prepared

if [ "$*" != --prepare ]; then
    [ $# = 2 ] || fail 2 "$usage"
    [ -f "$1/manifest.py" ] \
        || fail 2 "$1 has no manifest.py: generate -t pico-micropython writes one"
    folder=$(cd "$1" && pwd)
    mkdir -p "$2"
    output=$(cd "$2" && pwd)
fi
require_programs
# Options for a make that called this are none of MicroPython's business.
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir -p "$(dirname "$work")"
# One at a time: two builds would share the folder.
exec 9> "$work.lock"
flock 9
prepare
[ "$*" != --prepare ] || exit 0
freeze
cp image/firmware.elf "$output/firmware.elf"
arm-none-eabi-objcopy -O binary image/firmware.elf "$output/firmware.bin"
PYTHONPATH=$checkout python3 - "$output" << 'PYTHON'
import sys
from pathlib import Path

from codegen.pico_c.seal import uf2

output = Path(sys.argv[1])
(output / "firmware.uf2").write_bytes(uf2((output / "firmware.bin").read_bytes()))
PYTHON
echo "$output/firmware.uf2"
