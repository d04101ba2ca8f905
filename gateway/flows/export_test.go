package flows

import "encoding/json"

// OpenMedia opens a file as it is described to the endpoint.
func OpenMedia(described, file []byte) ([]byte, error) {
	var m media
	if err := json.Unmarshal(described, &m); err != nil {
		return nil, err
	}
	return m.open(file)
}
