/* http-types.c: the error domain of http/
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "http-types.h"

/* clang-format off */
G_DEFINE_QUARK (http-error-quark, http_error)
/* clang-format on */
