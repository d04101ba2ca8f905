package catalog

// Skeleton reduces a word of any script to what survives romanisation and common misspelling, so that words which sound alike compare
// equal: "Lakshmi", "Laxmi" and "लक्ष्मी" do.
func Skeleton(word string) string { return skeleton(word) }
