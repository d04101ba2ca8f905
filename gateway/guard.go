package gateway

import (
	"hash/fnv"
	"net"
	"net/http"
	"time"
)

// pagePace is how often one address may ask for officers' pages: a reader never notices, a guesser does.
var pagePace = Pace{Burst: 120, Every: 250 * time.Millisecond}

// harden sets what every answer carries unless its handler says otherwise: no scripts, no frames, no guessing of types, no copies, https
// from now on (OWASP Secure Headers).
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		header.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		next.ServeHTTP(w, r)
	})
}

// limitRate answers 429 to an address that asks too often. Behind a proxy the address is the proxy's: it limits by client itself.
func limitRate(next http.Handler, now func() time.Time) http.Handler {
	addresses := newPaces(pagePace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(host))                                   // never fails
		if addresses.heed(int64(hash.Sum64()), "", now()) != heedAnswer { //nolint:gosec // any number will do
			w.Header().Set("Retry-After", "30")
			http.Error(w, "Too many requests. Please wait half a minute.", http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
	})
}
