/* madang-excerpt.c: the part of a text that a row shows, in a form that costs little to lay out
 *
 * A stranger may send a megabyte, a word of a thousand letters, or one letter with a thousand
 * marks. Pango takes any of it, and too long for it: the window would stop.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-excerpt.h"

/* A longer word may be broken anywhere. Pango looks for the break by trying. */
#define MAX_WORD 60

/* More marks than this on one letter mean nothing in any script. */
#define MAX_MARKS 8

#define ZERO_WIDTH_SPACE 0x200b

typedef struct
{
  GString *result;
  guint n_lines;
  guint word; /* characters since the last place to break */
  guint marks; /* since the last letter */
} Excerpt;

/* Whether the character still belongs to the excerpt. */
static gboolean
excerpt_take (Excerpt *self, gunichar c, guint max_lines)
{
  self->marks = g_unichar_ismark (c) ? self->marks + 1 : 0;
  if (self->marks > MAX_MARKS)
    return TRUE;

  if (c == '\n' && ++self->n_lines > max_lines)
    return FALSE;

  self->word = g_unichar_isspace (c) ? 0 : self->word + (self->marks == 0);
  if (self->word > MAX_WORD)
    {
      g_string_append_unichar (self->result, ZERO_WIDTH_SPACE);
      self->word = 1;
    }
  g_string_append_unichar (self->result, c);
  return TRUE;
}

/**
 * madang_excerpt:
 * @text: a text, UTF-8
 * @max_characters: how much of it at most
 * @max_lines: how many lines of it at most
 * @cut: (out) (optional): whether there is more of it
 *
 * Returns: (transfer full): the beginning of @text, with an ellipsis if there is more
 */
char *
madang_excerpt (const char *text, guint max_characters, guint max_lines, gboolean *cut)
{
  Excerpt excerpt = { .result = g_string_new (NULL), .n_lines = 1 };
  const char *c = text;

  for (guint n = 0; *c != '\0' && n < max_characters; n++)
    {
      if (!excerpt_take (&excerpt, g_utf8_get_char (c), max_lines))
        break;
      c = g_utf8_next_char (c);
    }

  if (*c != '\0')
    g_string_append (excerpt.result, "…");
  if (cut != NULL)
    *cut = *c != '\0';
  return g_string_free (excerpt.result, FALSE);
}
