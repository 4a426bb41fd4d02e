/* engineio-foreign.h
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "engineio-options.h"

#include "http-poller.h"

G_BEGIN_DECLS

void
engineio_foreign_watch (EngineioOptions *options, HttpPoller *poller, SoupServerMessage *message);

G_END_DECLS
