"""Headers: what `<stdint.h>`, `<stdbool.h>` and `<stddef.h>` say, as far as controllers need it.

As on a Cortex-M, where 32 bits are a long and plain characters have no sign: C99, 7.16 to 7.18.
"""

from __future__ import annotations

_STDINT = """
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef long int32_t;
typedef unsigned long uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
#define INT8_MIN (-128)
#define INT8_MAX 127
#define UINT8_MAX 255
#define INT16_MIN (-32768)
#define INT16_MAX 32767
#define UINT16_MAX 65535
#define INT32_MIN (-2147483647L - 1)
#define INT32_MAX 2147483647L
#define UINT32_MAX 4294967295UL
"""

_STDBOOL = """
#define bool _Bool
#define true 1
#define false 0
"""

_STDDEF = """
typedef unsigned int size_t;
"""

HEADERS = {"stdint.h": _STDINT, "stdbool.h": _STDBOOL, "stddef.h": _STDDEF}
