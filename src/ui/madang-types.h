/* madang-types.h: names that the widgets share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MadangApplication MadangApplication;
typedef struct _MadangResults MadangResults;
typedef struct _MadangSession MadangSession;
typedef struct _MadangWindow MadangWindow;

G_END_DECLS
