package config

import "strings"

const (
	portalPrefix      = "JANSETU_PORTAL_"
	portalURL         = "url"
	portalMaintenance = "maintenance"
)

// PortalURL returns JANSETU_PORTAL_<NAME>_URL, or "" when it is not set. Dashes in a portal's name are underscores in the
// variable's.
func (c Config) PortalURL(portal string) string { return c.portals[portalKey(portal)][portalURL] }

// PortalMaintenance returns JANSETU_PORTAL_<NAME>_MAINTENANCE, the hours in which the portal is down on purpose, or "" when those of the state's
// files count.
func (c Config) PortalMaintenance(portal string) string {
	return c.portals[portalKey(portal)][portalMaintenance]
}

// PortalVariable is the name of a portal's variable for a key, such as JANSETU_PORTAL_AP_TOWNS_URL.
func PortalVariable(portal, key string) string {
	return portalPrefix + strings.ToUpper(portalKey(portal)) + "_" + strings.ToUpper(key)
}

// SetPortal gives a portal a value as if the environment had.
func (c Config) SetPortal(portal, key, value string) { c.portals.set(portal, key, value) }

// portalValues are by lower-case portal name and key.
type portalValues map[string]map[string]string

func (v portalValues) set(portal, key, value string) {
	name := portalKey(portal)
	if v[name] == nil {
		v[name] = map[string]string{}
	}
	v[name][key] = value
}

// PortalCredentials returns every other JANSETU_PORTAL_<NAME>_<KEY>, by lower-case key. In development the payment
// gateway's sandbox keys are there for a portal that has none of its own.
func (c Config) PortalCredentials(portal string) map[string]string {
	credentials := map[string]string{}
	if c.Mode == Development {
		credentials["key_id"] = developmentKeyID
		credentials["key_secret"] = developmentKeySecret
		credentials["webhook_secret"] = developmentWebhookSecret
	}
	for key, value := range c.portals[portalKey(portal)] {
		if key != portalURL && key != portalMaintenance {
			credentials[key] = value
		}
	}
	return credentials
}

// portalVariables collects JANSETU_PORTAL_<NAME>_<KEY>. The key is the part after the name; since both may hold
// underscores, the known keys are tried as endings first.
func portalVariables(variables map[string]string) portalValues {
	collected := portalValues{}
	for variable, value := range variables {
		rest, found := strings.CutPrefix(variable, portalPrefix)
		if !found {
			continue
		}
		portal, key := splitPortalVariable(strings.ToLower(rest))
		collected.set(portal, key, value)
	}
	return collected
}

func splitPortalVariable(rest string) (portal, key string) {
	for _, known := range []string{
		portalURL, portalMaintenance, "key_id", "key_secret", "webhook_secret_previous", "webhook_secret", "username", "password", "api_key",
		"client_id", "client_secret", "consent_key", "user_id", "app_secret", "access_token", "token",
	} {
		if portal, found := strings.CutSuffix(rest, "_"+known); found {
			return portal, known
		}
	}
	index := strings.LastIndex(rest, "_")
	if index < 0 {
		return rest, ""
	}
	return rest[:index], rest[index+1:]
}

func portalKey(portal string) string {
	return strings.ToLower(strings.ReplaceAll(portal, "-", "_"))
}
