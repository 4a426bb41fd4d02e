/* http-linger.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "http-stream.h"

G_BEGIN_DECLS

void http_linger (HttpStream *stream);

G_END_DECLS
