/* lan-chat.c: a chat that was found on the network
 *
 * One row of a LanBrowser. What it says is clean, see lan-record.c, but a stranger said it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-chat-private.h"

struct _LanChat
{
  GObject parent_instance;

  char *id;
  char *name;
  char *host;
  char *address;
  guint port;
  char *path;
  guint version;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_HOST,
  PROP_ADDRESS,
  PROP_PORT,
  PROP_PATH,
  PROP_VERSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LanChat, lan_chat, G_TYPE_OBJECT)

static void
lan_chat_finalize (GObject *object)
{
  LanChat *self = LAN_CHAT (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->host);
  g_free (self->address);
  g_free (self->path);

  G_OBJECT_CLASS (lan_chat_parent_class)->finalize (object);
}

static void
lan_chat_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LanChat *self = LAN_CHAT (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_HOST:
      g_value_set_string (value, self->host);
      break;

    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;

    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;

    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;

    case PROP_VERSION:
      g_value_set_uint (value, self->version);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lan_chat_class_init (LanChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = lan_chat_finalize;
  object_class->get_property = lan_chat_get_property;

  /**
   * LanChat:id:
   *
   * The chat's id, which a restart does not change; empty if it announces none. It is a claim, not
   * a proof.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, "",
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanChat:name:
   *
   * What people read: one line of at most 64 characters, never empty.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "",
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanChat:host:
   *
   * The name of the machine, such as `desk.local`.
   */
  properties[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, "",
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanChat:address:
   *
   * The best of its addresses, in numbers and without brackets: IPv4 before IPv6, and those that
   * are good for one link last. A link-local IPv6 address has its scope: `fe80::1%eth0`.
   */
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, "",
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanChat:port:
   *
   * The port, never 0.
   */
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanChat:path:
   *
   * Where its page is, from the slash on.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, "/",
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * LanChat:version:
   *
   * The version of what it announces. Ours is 1; a later one has more to tell, and all of this.
   */
  properties[PROP_VERSION] = g_param_spec_uint ("version", NULL, NULL, 0, G_MAXUINT16, 1,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lan_chat_init (LanChat *self)
{
}

static void
lan_chat_set_text (LanChat *self, char **field, const char *text, guint prop_id)
{
  g_autofree char *old = NULL;

  if (g_strcmp0 (*field, text) == 0)
    return;

  old = g_steal_pointer (field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
lan_chat_set_number (LanChat *self, guint *field, guint number, guint prop_id)
{
  if (*field == number)
    return;

  *field = number;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

/* Who hears of one change sees all of them. */
void
lan_chat_update (LanChat *self, const LanRecord *record)
{
  g_object_freeze_notify (G_OBJECT (self));
  lan_chat_set_text (self, &self->id, record->id, PROP_ID);
  lan_chat_set_text (self, &self->name, record->name, PROP_NAME);
  lan_chat_set_text (self, &self->host, record->host, PROP_HOST);
  lan_chat_set_text (self, &self->address, record->address, PROP_ADDRESS);
  lan_chat_set_number (self, &self->port, record->port, PROP_PORT);
  lan_chat_set_text (self, &self->path, record->path, PROP_PATH);
  lan_chat_set_number (self, &self->version, record->version, PROP_VERSION);
  g_object_thaw_notify (G_OBJECT (self));
}

LanChat *
lan_chat_new (const LanRecord *record)
{
  LanChat *self = g_object_new (LAN_TYPE_CHAT, NULL);

  lan_chat_update (self, record);
  return self;
}

/**
 * lan_chat_get_id:
 * @chat: a chat
 *
 * Returns: the chat's id; empty if it announces none
 */
const char *
lan_chat_get_id (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), NULL);

  return self->id;
}

/**
 * lan_chat_get_name:
 * @chat: a chat
 *
 * Returns: what people read
 */
const char *
lan_chat_get_name (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), NULL);

  return self->name;
}

/**
 * lan_chat_get_host:
 * @chat: a chat
 *
 * Returns: the name of the machine
 */
const char *
lan_chat_get_host (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), NULL);

  return self->host;
}

/**
 * lan_chat_get_address:
 * @chat: a chat
 *
 * Returns: the best of its addresses
 */
const char *
lan_chat_get_address (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), NULL);

  return self->address;
}

/**
 * lan_chat_get_port:
 * @chat: a chat
 *
 * Returns: the port
 */
guint16
lan_chat_get_port (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), 0);

  return self->port;
}

/**
 * lan_chat_get_path:
 * @chat: a chat
 *
 * Returns: where its page is, from the slash on
 */
const char *
lan_chat_get_path (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), NULL);

  return self->path;
}

/**
 * lan_chat_get_version:
 * @chat: a chat
 *
 * Returns: the version of what it announces
 */
guint
lan_chat_get_version (LanChat *self)
{
  g_return_val_if_fail (LAN_IS_CHAT (self), 0);

  return self->version;
}
