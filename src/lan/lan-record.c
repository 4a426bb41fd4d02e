/* lan-record.c: (pure) a chat as one resolver found it
 *
 * Whatever is on the network may call itself a chat, so this is the one gate: what comes out can
 * be shown and dialled. LanRows makes rows of records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-record.h"

#include <string.h>

#include "lan-text.h"

/* An UUID has 36. */
#define MAX_ID_BYTES 64

#define MAX_HOST_BYTES 255

/* The version of a record that says none, and what its key can tell at most. */
#define DEFAULT_VERSION 1
#define MAX_VERSION     65535

/* Which address of a chat to dial. */
enum
{
  RANK_IPV4,
  RANK_IPV6,
  RANK_IPV4_LINK,
  RANK_IPV6_LINK,
  RANK_LOOPBACK,
};

static gboolean
has_only (const char *text, gsize length, const char *others)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || strchr (others, text[i]) == NULL))
        return FALSE;
    }
  return TRUE;
}

/* An id that is none of ours counts as none. */
static char *
read_id (GVariant *txt)
{
  gsize length;
  g_autofree char *id = lan_text_find (txt, "id", &length);

  if (id == NULL || length > MAX_ID_BYTES || !has_only (id, length, "-_."))
    return g_strdup ("");

  return g_steal_pointer (&id);
}

/* A service's name is for people too, and serves where a record has none. */
static char *
read_name (const LanAnswer *answer)
{
  gsize length;
  g_autofree char *value = lan_text_find (answer->txt, "name", &length);
  g_autofree char *name = value != NULL ? lan_text_clean (value, length) : g_strdup ("");

  if (lan_text_can_be_seen (name))
    return g_steal_pointer (&name);

  return lan_text_clean (answer->instance, -1);
}

/* Becomes a part of a URL. A chat whose path makes no sense cannot be reached, so there is none. */
static char *
read_path (GVariant *txt)
{
  gsize length;
  g_autofree char *path = lan_text_find (txt, "path", &length);

  if (path == NULL || length == 0)
    return g_strdup ("/");
  if (*path != '/' || !has_only (path, length, "/-._~%+"))
    return NULL;

  return g_steal_pointer (&path);
}

/* A later version than ours may only add to the record, so that its chats are shown too. 0 stands
 * for what is no version. */
static guint
read_version (GVariant *txt)
{
  gsize length;
  g_autofree char *text = lan_text_find (txt, "v", &length);
  guint64 version;

  if (text == NULL)
    return DEFAULT_VERSION;
  if (strlen (text) != length ||
      !g_ascii_string_to_unsigned (text, 10, 1, MAX_VERSION, &version, NULL))
    return 0;

  return version;
}

static char *
read_host (const LanAnswer *answer)
{
  gsize length = strlen (answer->host);
  g_autofree char *host = NULL;

  if (length == 0 || length > MAX_HOST_BYTES || !g_utf8_validate (answer->host, length, NULL))
    return NULL;

  host = lan_text_clean (answer->host, length);
  if (g_str_has_suffix (host, "."))
    host[strlen (host) - 1] = '\0';
  return g_steal_pointer (&host);
}

static guint
rank_address (GInetAddress *address)
{
  gboolean ipv4 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;

  if (g_inet_address_get_is_loopback (address))
    return RANK_LOOPBACK;
  if (g_inet_address_get_is_link_local (address))
    return ipv4 ? RANK_IPV4_LINK : RANK_IPV6_LINK;

  return ipv4 ? RANK_IPV4 : RANK_IPV6;
}

/* Nobody may send us to our own loopback, where what listens may trust who comes. */
static gboolean
may_dial (const LanAnswer *answer, GInetAddress *address)
{
  if (g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address))
    return FALSE;

  return answer->local || !g_inet_address_get_is_loopback (address);
}

static gboolean
read_address (LanRecord *self, const LanAnswer *answer)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (answer->address);

  if (address == NULL || !may_dial (answer, address))
    return FALSE;

  self->rank = rank_address (address);
  self->address = g_inet_address_to_string (address);
  if (self->rank == RANK_IPV6_LINK)
    {
      g_autofree char *plain = g_steal_pointer (&self->address);

      self->address = g_strdup_printf ("%s%%%s", plain, answer->interface);
    }
  return TRUE;
}

/* The id and the host: of a chat with the same id on another host, be it a copy or a fake, neither
 * may hide the other. */
static char *
make_key (LanRecord *self, const LanAnswer *answer)
{
  if (*self->id != '\0')
    return g_strdup_printf ("%s\n%s", self->id, self->host);

  return g_strdup_printf ("\n%s\n%u\n%s", self->host, self->port, answer->instance);
}

/**
 * lan_record_new:
 * @answer: what a resolver said
 *
 * Reads an answer. What is missing gets its default, a name is cleaned, and what cannot be reached
 * or understood is refused.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL if there is nothing to show
 */
LanRecord *
lan_record_new (const LanAnswer *answer)
{
  g_autoptr (LanRecord) self = g_new0 (LanRecord, 1);

  self->port = answer->port;
  self->version = read_version (answer->txt);
  self->path = read_path (answer->txt);
  self->host = read_host (answer);
  self->id = read_id (answer->txt);
  self->name = read_name (answer);
  if (self->port == 0 || self->version == 0 || self->path == NULL || self->host == NULL ||
      !lan_text_can_be_seen (self->name) || !read_address (self, answer))
    return NULL;

  self->key = make_key (self, answer);
  return g_steal_pointer (&self);
}

/**
 * lan_record_free:
 * @record: (transfer full): a record
 *
 * Frees it.
 */
void
lan_record_free (LanRecord *self)
{
  g_free (self->key);
  g_free (self->id);
  g_free (self->name);
  g_free (self->host);
  g_free (self->address);
  g_free (self->path);
  g_free (self);
}
