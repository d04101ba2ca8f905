package portal

import "strings"

// ContainsFold tells whether a text has one of the markers, without regard to case.
// Long pages are searched once for all markers, and are not copied.
func ContainsFold(text string, markers ...string) bool {
	ascii := make([]string, 0, len(markers))
	shortest := len(text)
	for _, marker := range markers {
		if marker == "" {
			return true
		}
		if !isASCII(marker) {
			if strings.Contains(strings.ToLower(text), strings.ToLower(marker)) {
				return true
			}
			continue
		}
		if len(marker) <= len(text) {
			ascii = append(ascii, marker)
			shortest = min(shortest, len(marker))
		}
	}
	switch {
	case len(ascii) == 0:
		return false
	case shortest == 1:
		return containsEach(text, ascii)
	default:
		return newSkipper(ascii, shortest).isIn(text)
	}
}

// containsEach is for markers that are too short to skip by.
func containsEach(text string, markers []string) bool {
	for start := range len(text) {
		for _, marker := range markers {
			if hasPrefixFold(text[start:], marker) {
				return true
			}
		}
	}
	return false
}

// skipper looks for several texts at once (Wu and Manber, "A fast algorithm for
// multi-pattern searching", 1994): the pair of characters where the shortest text
// would end tells how far no text can begin.
type skipper struct {
	markers []string
	// shortest is how much of each marker is looked at for skipping.
	shortest int
	skips    [1 << 12]uint8
}

func newSkipper(markers []string, shortest int) *skipper {
	shortest = min(shortest, 200)
	made := &skipper{markers: markers, shortest: shortest}
	for i := range made.skips {
		made.skips[i] = uint8(shortest - 1) //nolint:gosec // at most 199
	}
	for _, marker := range markers {
		for i := range shortest - 1 {
			pair := pairOf(marker[i], marker[i+1])
			made.skips[pair] = min(made.skips[pair], uint8(shortest-2-i))
		}
	}
	return made
}

// pairOf is the same for letters that differ in case alone.
func pairOf(first, second byte) int {
	return (int(first|0x20)<<5 ^ int(second|0x20)) & (1<<12 - 1)
}

func (s *skipper) isIn(text string) bool {
	for end := s.shortest - 1; end < len(text); {
		skip := int(s.skips[pairOf(text[end-1], text[end])])
		if skip > 0 {
			end += skip
			continue
		}
		start := end - s.shortest + 1
		for _, marker := range s.markers {
			if hasPrefixFold(text[start:], marker) {
				return true
			}
		}
		end++
	}
	return false
}

func hasPrefixFold(text, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lowerASCII(text[i]) != lowerASCII(prefix[i]) {
			return false
		}
	}
	return true
}

func lowerASCII(char byte) byte {
	if char >= 'A' && char <= 'Z' {
		return char + 'a' - 'A'
	}
	return char
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
