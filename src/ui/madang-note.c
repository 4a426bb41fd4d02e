/* madang-note.c: a line of the results that is no message
 *
 * What happened to a connection, and when. MadangSession writes notes, MadangResults keeps them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-note.h"

struct _MadangNote
{
  GObject parent_instance;

  gint64 time;
  char *text;
  char *detail;
  gboolean is_problem;
};

G_DEFINE_FINAL_TYPE (MadangNote, madang_note, G_TYPE_OBJECT)

static void
madang_note_finalize (GObject *object)
{
  MadangNote *self = MADANG_NOTE (object);

  g_free (self->text);
  g_free (self->detail);

  G_OBJECT_CLASS (madang_note_parent_class)->finalize (object);
}

static void
madang_note_class_init (MadangNoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = madang_note_finalize;
}

static void
madang_note_init (MadangNote *self)
{
  self->time = g_get_real_time () / 1000;
}

/**
 * madang_note_new:
 * @text: what happened, in the user's language
 * @detail: (nullable): why, or what else there is to say
 * @is_problem: whether something went wrong
 *
 * Returns: (transfer full): a note of this moment
 */
MadangNote *
madang_note_new (const char *text, const char *detail, gboolean is_problem)
{
  MadangNote *self = g_object_new (MADANG_TYPE_NOTE, NULL);

  self->text = g_strdup (text);
  self->detail = g_strdup (detail);
  self->is_problem = is_problem;
  return self;
}

/**
 * madang_note_get_time:
 * @self: a note
 *
 * Returns: when it happened, in milliseconds since 1970, UTC
 */
gint64
madang_note_get_time (MadangNote *self)
{
  return self->time;
}

/**
 * madang_note_get_text:
 * @self: a note
 *
 * Returns: what happened
 */
const char *
madang_note_get_text (MadangNote *self)
{
  return self->text;
}

/**
 * madang_note_get_detail:
 * @self: a note
 *
 * Returns: (nullable): why
 */
const char *
madang_note_get_detail (MadangNote *self)
{
  return self->detail;
}

/**
 * madang_note_is_problem:
 * @self: a note
 *
 * Returns: whether something went wrong
 */
gboolean
madang_note_is_problem (MadangNote *self)
{
  return self->is_problem;
}
