/* headless-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "headless-options.h"

G_BEGIN_DECLS

int headless_server_run (HeadlessOptions *options);

G_END_DECLS
