/* madang-application.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "madang-session.h"

G_BEGIN_DECLS

#define MADANG_TYPE_APPLICATION (madang_application_get_type ())

G_DECLARE_FINAL_TYPE (MadangApplication, madang_application, MADANG, APPLICATION, AdwApplication)

int madang_application_run_program (const char *schema_folder,
                                    gboolean as_service,
                                    const char *const *links);

gboolean madang_application_is_hosting (MadangApplication *self);
void madang_application_end_session (MadangApplication *self, MadangSession *session);

G_END_DECLS
