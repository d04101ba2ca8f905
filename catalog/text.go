package catalog

// TextKey names one of the texts that the hub itself says, such as "dialog.welcome". The texts live in
// deploy/languages/<language>/*.yaml; the packages that use a key declare it with a [TextSpec].
type TextKey string

// TextSpec declares a text: its key and the placeholders it must hold in every language.
type TextSpec struct {
	Key          TextKey
	Placeholders []string
}

// Args are the values for a text's placeholders: "{amount}" is replaced by Args["amount"].
type Args map[string]string
