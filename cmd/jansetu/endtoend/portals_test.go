package endtoend_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/deploy"
)

// nobodyThere is an address where nothing listens: that of the portals that a test has no use for.
const nobodyThere = "http://127.0.0.1:9"

// portalVariable is the environment's name of a value of a portal.
func portalVariable(portal, key string) string {
	return "JANSETU_PORTAL_" + strings.ToUpper(strings.ReplaceAll(portal, "-", "_")) + "_" + strings.ToUpper(key)
}

// otherPortals gives every portal of the state an address and what its twin lets in, so that the hub starts. What a test sets after them counts.
func (s *stack) otherPortals() []string {
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(s.t, err)
	var set []string
	for _, portal := range services.Portals() {
		set = append(set, portalVariable(portal.Name, "url")+"="+nobodyThere)
		for key, value := range twins.Credentials(portal.Family) {
			set = append(set, portalVariable(portal.Name, key)+"="+value)
		}
	}
	return set
}
