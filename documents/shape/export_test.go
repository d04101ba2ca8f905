package shape

// Announced are the words of known texts, and Kept those among them whose glyphs are kept, in every weight.
func (f *Fonts) Announced() (announced, kept []string) {
	for word, glyphs := range f.known {
		announced = append(announced, word.text)
		if glyphs.Load() != nil {
			kept = append(kept, word.text)
		}
	}
	return announced, kept
}
