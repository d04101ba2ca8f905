package verify

import (
	"embed"
	"net/http"
)

// AppPath is where the page that can be installed is, below the gateway's address.
const AppPath = Path + "app/"

//go:embed pwa
var appFiles embed.FS

func (c *Checker) app() (http.Handler, error) { return http.NotFoundHandler(), nil }
