/* chat-user.c: somebody in the chat, and the rules for names
 *
 * A user is an id, a name and a kind. Names come from strangers and stand in everybody's window,
 * so chat_name_normalize () is the one gate: what passes can neither be empty to the eye, nor turn
 * the line around, nor break it. ChatStore keeps users over a restart; ChatService says who may
 * bear which name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "chat-user.h"

struct _ChatUser
{
  GObject parent_instance;

  char *id;
  char *name;
  ChatUserKind kind;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_KIND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (ChatUserKind,
                    chat_user_kind,
                    G_DEFINE_ENUM_VALUE (CHAT_USER_PLAIN, "plain"),
                    G_DEFINE_ENUM_VALUE (CHAT_USER_RICH, "rich"))

G_DEFINE_FINAL_TYPE (ChatUser, chat_user, G_TYPE_OBJECT)

#define ZWNJ 0x200c
#define ZWJ  0x200d

#define REPLACEMENT_CHARACTER 0xfffd

/* A character of a few marks has this many bytes; more than that in all needs no closer look. */
#define NAME_MAX_BYTES (CHAT_NAME_MAX_LENGTH * 32)

static void
chat_user_finalize (GObject *object)
{
  ChatUser *self = CHAT_USER (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (chat_user_parent_class)->finalize (object);
}

static void
chat_user_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ChatUser *self = CHAT_USER (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chat_user_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  ChatUser *self = CHAT_USER (object);

  switch (prop_id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;

    case PROP_NAME:
      chat_user_set_name (self, g_value_get_string (value));
      break;

    case PROP_KIND:
      self->kind = g_value_get_enum (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
chat_user_class_init (ChatUserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = chat_user_finalize;
  object_class->get_property = chat_user_get_property;
  object_class->set_property = chat_user_set_property;

  /**
   * ChatUser:id:
   *
   * The id that messages carry, at most %CHAT_ID_MAX_LENGTH bytes.
   */
  properties[PROP_ID] = g_param_spec_string (
    "id", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * ChatUser:name:
   *
   * What people read, as [func@Chat.name_normalize] gave it.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "",
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT |
                                                 G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * ChatUser:kind:
   *
   * Whether the user has logged in.
   */
  properties[PROP_KIND] = g_param_spec_enum (
    "kind", NULL, NULL, CHAT_TYPE_USER_KIND, CHAT_USER_PLAIN,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
chat_user_init (ChatUser *self)
{
}

/* Some characters of letter classes draw nothing: the Hangul fillers and the empty braille cell. */
static gboolean
is_blank_letter (gunichar c)
{
  return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
}

static gboolean
is_joiner (gunichar c)
{
  return c == ZWNJ || c == ZWJ;
}

static gboolean
is_variation_selector (gunichar c)
{
  return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

static gboolean
is_visible (gunichar c)
{
  return g_unichar_isgraph (c) && !g_unichar_ismark (c) && !is_blank_letter (c);
}

/* The format class (Cf) holds what turns text around or hides in it. Only the joiners are needed
 * in names: Persian and many emoji are written with them. */
static gboolean
is_forbidden (gunichar c)
{
  switch ((int)g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return TRUE;

    case G_UNICODE_FORMAT:
      return !is_joiner (c);

    default:
      return FALSE;
    }
}

/* g_strstrip () knows ASCII's spaces alone. */
static char *
strip (const char *text)
{
  const char *end = text + strlen (text);

  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);

      if (!g_unichar_isspace (g_utf8_get_char (last)))
        break;
      end = last;
    }

  return g_strndup (text, end - text);
}

static gboolean
check_characters (const char *name, GError **error)
{
  gboolean visible = FALSE;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_forbidden (c))
        {
          g_set_error (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME,
                       _ ("A name cannot have the character U+%04X"), c);
          return FALSE;
        }
      visible |= is_visible (c);
    }

  if (!visible)
    g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME, _ ("The name is empty"));

  return visible;
}

static gboolean
check_length (glong length, glong limit, GError **error)
{
  if (length <= limit)
    return TRUE;

  g_set_error (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME, _ ("The name is longer than %d characters"),
               CHAT_NAME_MAX_LENGTH);
  return FALSE;
}

/**
 * chat_name_normalize:
 * @name: (nullable): a name as somebody typed or sent it
 * @error: return location
 *
 * Makes the form of @name that is shown and kept: without space around it, in Unicode's normal
 * form C. At least one of its characters must be visible; line breaks, controls and what changes
 * the direction of text are refused, the invisible format characters too, but for the joiners.
 *
 * Returns: (transfer full): the name, at most %CHAT_NAME_MAX_LENGTH characters, or %NULL with
 *   %CHAT_ERROR_BAD_NAME
 */
char *
chat_name_normalize (const char *name, GError **error)
{
  g_autofree char *stripped = NULL;
  g_autofree char *normal = NULL;

  if (name == NULL)
    name = "";

  if (!check_length (strnlen (name, NAME_MAX_BYTES + 1), NAME_MAX_BYTES, error))
    return NULL;

  if (!g_utf8_validate (name, -1, NULL))
    {
      g_set_error_literal (error, CHAT_ERROR, CHAT_ERROR_BAD_NAME, _ ("The name is not UTF-8"));
      return NULL;
    }

  stripped = strip (name);
  normal = g_utf8_normalize (stripped, -1, G_NORMALIZE_NFC);

  if (!check_length (g_utf8_strlen (normal, -1), CHAT_NAME_MAX_LENGTH, error) ||
      !check_characters (normal, error))
    return NULL;

  return g_steal_pointer (&normal);
}

/**
 * chat_name_casefold:
 * @name: a name
 *
 * Makes a key for comparing names: two names that read the same have the same key. Case, width,
 * other compatibility forms, runs of spaces and invisible characters do not count.
 *
 * Returns: (transfer full): the key; not for people to read
 */
char *
chat_name_casefold (const char *name)
{
  g_autofree char *valid = NULL;
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *refolded = NULL;
  g_autoptr (GString) key = NULL;
  gboolean space = FALSE;

  g_return_val_if_fail (name != NULL, NULL);

  valid = g_utf8_make_valid (name, -1);
  normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFKC);
  folded = g_utf8_casefold (normal, -1);
  refolded = g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);
  key = g_string_sized_new (strlen (refolded));

  for (const char *p = refolded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_joiner (c) || is_variation_selector (c) || is_blank_letter (c))
        continue;

      if (g_unichar_isspace (c))
        {
          space = TRUE;
          continue;
        }

      if (space && key->len > 0)
        g_string_append_c (key, ' ');
      space = FALSE;
      g_string_append_unichar (key, c);
    }

  return g_string_free (g_steal_pointer (&key), FALSE);
}

/* At most so many characters as a name may have, with a sign where one is that a name cannot have.
 */
static char *
replace_forbidden (const char *text)
{
  GString *shown = g_string_new (NULL);
  glong length = 0;

  for (const char *p = text; *p != '\0' && length < CHAT_NAME_MAX_LENGTH;
       p = g_utf8_next_char (p), length++)
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (shown, is_forbidden (c) ? REPLACEMENT_CHARACTER : c);
    }

  return g_string_free (shown, FALSE);
}

/**
 * chat_name_from_label:
 * @label: what a stranger calls itself, any text
 *
 * Makes a name that can be shown. What is no name for [func@Chat.name_normalize] is made one: cut,
 * and with U+FFFD for what a name cannot have.
 *
 * Returns: (transfer full): a name, never an empty one
 */
char *
chat_name_from_label (const char *label)
{
  g_autofree char *start = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *shown = NULL;
  char *name;

  g_return_val_if_fail (label != NULL, NULL);

  name = chat_name_normalize (label, NULL);
  if (name != NULL)
    return name;

  start = g_strndup (label, NAME_MAX_BYTES);
  valid = g_utf8_make_valid (start, -1);
  shown = replace_forbidden (valid);
  name = chat_name_normalize (shown, NULL);

  return name != NULL ? name : g_strdup ("?");
}

/**
 * chat_user_new:
 * @id: the id that messages carry
 * @name: (nullable): what people read; %NULL for @id
 * @kind: whether the user has logged in
 *
 * Returns: (transfer full): a user
 */
ChatUser *
chat_user_new (const char *id, const char *name, ChatUserKind kind)
{
  g_return_val_if_fail (id != NULL, NULL);

  return g_object_new (CHAT_TYPE_USER, "id", id, "name", name != NULL ? name : id, "kind", kind,
                       NULL);
}

/**
 * chat_user_get_id:
 * @self: a user
 *
 * Returns: the id that messages carry
 */
const char *
chat_user_get_id (ChatUser *self)
{
  g_return_val_if_fail (CHAT_IS_USER (self), NULL);

  return self->id;
}

/**
 * chat_user_get_name:
 * @self: a user
 *
 * Returns: what people read
 */
const char *
chat_user_get_name (ChatUser *self)
{
  g_return_val_if_fail (CHAT_IS_USER (self), NULL);

  return self->name;
}

/**
 * chat_user_get_kind:
 * @self: a user
 *
 * Returns: whether the user has logged in
 */
ChatUserKind
chat_user_get_kind (ChatUser *self)
{
  g_return_val_if_fail (CHAT_IS_USER (self), CHAT_USER_PLAIN);

  return self->kind;
}

/**
 * chat_user_set_name:
 * @self: a user
 * @name: (nullable): a name that [func@Chat.name_normalize] let pass; %NULL for none
 *
 * Renames the user, and notifies when that changes anything.
 */
void
chat_user_set_name (ChatUser *self, const char *name)
{
  g_autofree char *old = NULL;

  g_return_if_fail (CHAT_IS_USER (self));

  if (name == NULL)
    name = "";

  if (g_strcmp0 (self->name, name) == 0)
    return;

  old = g_steal_pointer (&self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}
