package reading

// What programs say, as it is parsed.
var (
	ParseTSV  = parseTSV
	DecodePGM = decodePGM
	EncodePGM = encodePGM
)
