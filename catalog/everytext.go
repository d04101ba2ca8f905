package catalog

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// everyText yields each text inside an entry with the steps to its place. It goes by the keys of the files, so that a text which is
// added to a type is not forgotten.
func everyText[T any](in entry[T], yield func(text Text, steps []any)) {
	eachText(reflect.ValueOf(in.value).Elem(), nil, yield)
}

func eachText(value reflect.Value, steps []any, yield func(Text, []any)) {
	if text, ok := reflect.TypeAssert[Text](value); ok {
		if len(text) > 0 {
			yield(text, slices.Clone(steps))
		}
		return
	}
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			eachText(value.Elem(), steps, yield)
		}
	case reflect.Slice:
		for i := range value.Len() {
			eachText(value.Index(i), append(steps, i), yield)
		}
	case reflect.Map:
		keys := value.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			eachText(value.MapIndex(key), append(steps, key.String()), yield)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if key := value.Type().Field(i).Tag.Get("yaml"); key != "" && key != "-" {
				eachText(value.Field(i), append(steps, key), yield)
			}
		}
	default:
	}
}

// keepLanguages drops what a text says in languages that the state does not offer, after it was checked that they are languages.
func keepLanguages[T any](in entry[T], languages []Language, found *problems) {
	everyText(in, func(text Text, steps []any) {
		for _, lang := range slices.Sorted(maps.Keys(text)) {
			if _, known := scripts[lang]; !known {
				found.addf(in.file, in.at(append(steps, string(lang))...), "%q is not the code of a language of India, such as en, hi, te", lang)
			}
			if !slices.Contains(languages, lang) {
				delete(text, lang)
			}
		}
	})
}
