package twin

import (
	"encoding/xml"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/jansetu/jansetu/connectors/twin"
)

// message is what comes in, whatever the operation: the elements of its one child.
type message struct {
	Body struct {
		Call struct {
			XMLName    xml.Name
			Parameters []struct {
				XMLName xml.Name
				Value   string `xml:",chardata"`
			} `xml:",any"`
		} `xml:",any"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

// call is one operation with its parameters.
type call struct {
	operation  string
	parameters map[string]string
}

// maxMessage bounds what is read of a message.
const maxMessage = 64 << 10

func readCall(r *http.Request) (call, bool) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxMessage))
	if err != nil {
		return call{}, false
	}
	var sent message
	if err := xml.Unmarshal(raw, &sent); err != nil || sent.Body.Call.XMLName.Space != namespace {
		return call{}, false
	}
	made := call{operation: sent.Body.Call.XMLName.Local, parameters: map[string]string{}}
	for _, each := range sent.Body.Call.Parameters {
		made.parameters[each.XMLName.Local] = each.Value
	}
	action := strings.Trim(r.Header.Get("SoapAction"), `"`)
	return made, action == namespace+made.operation
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Meebhoomi (Andhra land records) twin", t.facts))
	names := t.Faults.Wrap(Names, http.HandlerFunc(t.serve))
	details := t.Faults.Wrap(Details, http.HandlerFunc(t.serve))
	mux.HandleFunc("POST /wspahani.asmx", func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("SoapAction"), "GetMeebhoomi") {
			details.ServeHTTP(w, r)
			return
		}
		names.ServeHTTP(w, r)
	})
	return mux
}

func (t *Twin) serve(w http.ResponseWriter, r *http.Request) {
	asked, readable := readCall(r)
	if !readable {
		fault(w, http.StatusInternalServerError, "soap:Client", "Server did not recognize the value of HTTP Header SOAPAction.")
		return
	}
	operation := Names
	if strings.HasPrefix(asked.operation, "GetMeebhoomi") {
		operation = Details
	}
	if t.broken(w, operation) {
		return
	}
	if !t.allowed(asked) {
		fault(w, http.StatusInternalServerError, "soap:Server", "Server was unable to process request. ---> Invalid User Credentials")
		return
	}
	t.answer(w, asked, operation)
}

// broken plays the faults that are the service's own.
func (t *Twin) broken(w http.ResponseWriter, operation string) bool {
	const words = "Server was unable to process request. ---> Timeout expired. " +
		"The timeout period elapsed prior to completion of the operation or the server is not responding."
	if _, found := t.Faults.Take(operation, ServerFault); found {
		fault(w, http.StatusInternalServerError, "soap:Server", words)
		return true
	}
	if _, found := t.Faults.Take(operation, FaultWith200); found {
		fault(w, http.StatusOK, "soap:Server", words)
		return true
	}
	return false
}

func (t *Twin) allowed(asked call) bool {
	if _, locked := t.Faults.Take("", AccountLocked); locked {
		return false
	}
	return t.config.UserID == "" || asked.parameters["UserId"] == t.config.UserID && asked.parameters["Password"] == t.config.Password
}

var (
	aCode   = regexp.MustCompile(`^\d{1,3}$`)
	aKhata  = regexp.MustCompile(`^\d{1,7}$`)
	aSurvey = regexp.MustCompile(`^\d[0-9A-Za-z/-]{0,14}$`)
	aYear   = regexp.MustCompile(`^\d{4}$`)
)

// answer runs an operation that may be run.
func (t *Twin) answer(w http.ResponseWriter, asked call, operation string) {
	given := asked.parameters
	district := below(land(), given["Dcode"])
	mandal := below(district.below, given["Mcode"])
	village := below(mandal.below, given["VCode"])
	for name, pattern := range map[string]*regexp.Regexp{"Dcode": aCode, "Mcode": aCode, "VCode": aCode, "KhataNo": aKhata, "sur_No": aSurvey, "year": aYear} {
		if value, sent := given[name]; sent && !pattern.MatchString(value) {
			fault(w, http.StatusInternalServerError, "soap:Client", "Server was unable to read request. ---> Input string was not in a correct format: "+name)
			return
		}
	}
	rows := t.parcels[district.code+"/"+mandal.code+"/"+village.code]
	var table [][]column
	switch asked.operation {
	case "GetDistrictNames":
		table = codes("Dist", land())
	case "GetMandalNames":
		table = codes("Mandal", district.below)
	case "GetVillageNames":
		table = codes("Village", mandal.below)
	case "GetMeebhoomiRORDetails":
		for _, each := range byKhata(rows, given["KhataNo"]) {
			table = append(table, ror(district, mandal, village, each))
		}
	case "GetMeebhoomiAdangal":
		for _, each := range bySurvey(rows, given["sur_No"]) {
			table = append(table, adangal(district, mandal, village, each, given["year"]))
		}
	default:
		fault(w, http.StatusInternalServerError, "soap:Client", "Server did not recognize the value of HTTP Header SOAPAction.")
		return
	}
	if operation == Details {
		t.remember(Seen{Operation: asked.operation, Village: village.code, Number: given["KhataNo"] + given["sur_No"], Rows: len(table)})
	}
	writeTable(w, asked.operation, t.drift(operation, table))
}

func codes(kind string, places []place) [][]column {
	table := make([][]column, 0, len(places))
	for _, each := range places {
		table = append(table, []column{{kind + "_Code", each.code}, {kind + "_Name", each.name}})
	}
	return table
}

// drift changes a table as a new release would.
func (t *Twin) drift(operation string, table [][]column) [][]column {
	if _, renamed := t.Faults.Take(operation, twin.RenamedIDs); renamed {
		for _, row := range table {
			for i := range row {
				row[i].name = strings.ToLower(strings.ReplaceAll(row[i].name, "_", ""))
			}
		}
	}
	if _, moved := t.Faults.Take(operation, twin.MovedColumns); moved {
		for _, row := range table {
			row[0], row[len(row)-1] = row[len(row)-1], row[0]
		}
	}
	if _, doubled := t.Faults.Take(operation, twin.DuplicateRows); doubled && len(table) > 0 {
		table = append([][]column{table[0]}, table...)
	}
	return table
}
