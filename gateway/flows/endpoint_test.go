package flows_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

const appSecret = "test_app_secret_do_not_use"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var andhra = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Load(deploy.Files, "andhra") }) // loaded once

// desk keeps one form, as the conversation does.
type desk struct {
	mu   sync.Mutex
	form flows.Form
	over bool
	err  error
}

func (d *desk) Form(ctx context.Context, _ flows.Token) (flows.Form, error) {
	if ctx.Err() != nil {
		return flows.Form{}, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return flows.Form{Language: "hi"}, flows.ErrOver
	}
	return d.form, d.err
}

func (d *desk) Fill(ctx context.Context, token flows.Token, given map[string]flows.Given) (flows.Form, map[string]string, error) {
	if form, err := d.Form(ctx, token); err != nil {
		return form, nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	problems := map[string]string{}
	for i := range d.form.Fields {
		field := &d.form.Fields[i]
		one, some := given[field.ID]
		if !some {
			continue
		}
		value, problem := field.Check(one.Text + one.MediaID)
		if problem != nil {
			problems[field.ID] = string(problem.Key)
			continue
		}
		d.form.Answers[field.ID] = value
	}
	return d.form, problems, nil
}

// network holds the files that phones leave, and those that we hand on.
type network struct {
	files map[string][]byte
	err   error
	slow  bool // nothing comes
	taken []whatsapp.File
}

func (n *network) FlowFile(ctx context.Context, address string, limit int) ([]byte, error) {
	if n.slow {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	switch file, there := n.files[address]; {
	case n.err != nil:
		return nil, n.err
	case !there:
		return nil, whatsapp.ErrMediaGone
	case len(file) > limit:
		return nil, whatsapp.ErrMediaTooLarge
	default:
		return file, nil
	}
}

func (n *network) Upload(_ context.Context, _ string, file whatsapp.File) (string, error) {
	n.taken = append(n.taken, file)
	return fmt.Sprintf("media-%d", len(n.taken)), nil
}

// phone is an open form against an endpoint, with Go's own side of the encryption.
type phone struct {
	t        testing.TB
	endpoint http.Handler
	desk     *desk
	network  *network
	public   *rsa.PublicKey
	token    string
	tokens   *flows.Tokens
	counted  map[flows.Result]int
}

func newPhone(t testing.TB) *phone {
	t.Helper()
	vectors := readVectors(t)
	keys, err := flows.ParseKeys(true, []byte(vectors.PKCS8))
	require.NoError(t, err)
	services, err := andhra()
	require.NoError(t, err)
	service, _ := services.Service("income-certificate")
	tokens, err := flows.NewTokens(strings.Repeat("s", 32))
	require.NoError(t, err)
	p := &phone{t: t, desk: &desk{form: flows.Form{Title: "Income certificate", Language: "en", Fields: service.Form, Answers: map[string]string{}}},
		network: &network{files: map[string][]byte{}}, tokens: tokens, counted: map[flows.Result]int{}}
	p.token, err = tokens.Seal(flows.Token{Person: "p", Number: "n", Form: "f", Until: noon.Add(time.Hour)})
	require.NoError(t, err)
	block, _ := pem.Decode([]byte(vectors.Public))
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	p.public, _ = parsed.(*rsa.PublicKey)
	p.endpoint = flows.NewEndpoint(flows.EndpointConfig{Keys: keys, AppSecrets: []string{appSecret}, Tokens: tokens, Forms: p.desk, Channel: p.network,
		Inspector: upload.NewInspector(upload.Limits{Bytes: 1 << 20}, nil), Texts: services, Language: "en", Now: func() time.Time { return noon },
		Log: slog.New(slog.DiscardHandler), Count: func(result flows.Result) { p.counted[result]++ }})
	return p
}

func (p *phone) post(body []byte, signature string) *httptest.ResponseRecorder {
	p.t.Helper()
	request := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, "/flows", bytes.NewReader(body))
	request.Header.Set(whatsapp.SignatureHeader, signature)
	answer := httptest.NewRecorder()
	p.endpoint.ServeHTTP(answer, request)
	return answer
}

// ask encrypts, signs and sends a request, and decrypts the answer.
func (p *phone) ask(plain []byte) (status int, answer string) {
	p.t.Helper()
	key, iv := make([]byte, 16), make([]byte, 16)
	_, _ = rand.Read(key)
	_, _ = rand.Read(iv)
	wrapped, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, p.public, key, nil)
	require.NoError(p.t, err)
	block, err := aes.NewCipher(key)
	require.NoError(p.t, err)
	gcm, err := cipher.NewGCMWithNonceSize(block, len(iv))
	require.NoError(p.t, err)
	body, err := json.Marshal(map[string][]byte{"encrypted_flow_data": gcm.Seal(nil, iv, plain, nil), "encrypted_aes_key": wrapped, "initial_vector": iv})
	require.NoError(p.t, err)
	response := p.post(body, whatsapp.Sign(body, appSecret))
	if response.Body.Len() == 0 {
		return response.Code, ""
	}
	sealed, err := base64.StdEncoding.DecodeString(response.Body.String())
	require.NoError(p.t, err)
	for i := range iv {
		iv[i] = ^iv[i]
	}
	opened, err := gcm.Open(nil, iv, sealed, nil)
	require.NoError(p.t, err)
	return response.Code, string(opened)
}

type screenAnswer struct {
	Screen string         `json:"screen"`
	Data   map[string]any `json:"data"`
}

func (p *phone) exchange(action, screen string, data map[string]any) (int, screenAnswer) {
	p.t.Helper()
	plain, err := json.Marshal(map[string]any{"version": "3.0", "action": action, "screen": screen, "data": data, "flow_token": p.token})
	require.NoError(p.t, err)
	status, answer := p.ask(plain)
	var said screenAnswer
	if answer != "" {
		require.NoError(p.t, json.Unmarshal([]byte(answer), &said))
	}
	return status, said
}

func firstPage() map[string]any {
	return map[string]any{"salutation": "Smt", "applicant_name": "Sita Devi", "father_name": "Rama Rao", "pin_code": 521151, "district": "Krishna"}
}

func TestTheEndpointAnswersEveryVector(t *testing.T) {
	t.Parallel()
	for _, vector := range readVectors(t).Cases {
		p := newPhone(t)
		answer := p.post([]byte(vector.Body), vector.Signature)
		want := vector.HTTP
		switch vector.Name {
		case "ping", "error_notification":
			require.Equal(t, vector.Answer, answer.Body.String(), vector.Name)
		default:
			if want == http.StatusOK {
				want = 427 // their tokens are not ours
			}
		}
		require.Equal(t, want, answer.Code, vector.Name)
	}
}

func TestAFormPageByPage(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	status, said := p.exchange("INIT", "", nil)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "PAGE_A", said.Screen)
	require.Equal(t, "Income certificate", said.Data["service"])
	require.Equal(t, map[string]any{}, said.Data["values"])

	wrong := firstPage()
	wrong["pin_code"] = "5211"
	_, said = p.exchange("data_exchange", "PAGE_A", wrong)
	require.Equal(t, "PAGE_A", said.Screen)
	require.Equal(t, true, said.Data["pin_code_wrong"])
	require.Equal(t, "field.wrong_pattern", said.Data["pin_code_why"])
	require.Equal(t, map[string]any{"pin_code": "Please look above"}, said.Data["errors"])
	values, ok := said.Data["values"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, "5211", values["pin_code"], "what was typed stands there")
	require.Equal(t, "Sita Devi", p.desk.form.Answers["applicant_name"], "the rest is kept")

	_, said = p.exchange("data_exchange", "PAGE_A", firstPage())
	require.Equal(t, "PAGE_B", said.Screen)
	_, said = p.exchange("BACK", "PAGE_B", nil)
	require.Equal(t, "PAGE_A", said.Screen)
	values, ok = said.Data["values"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, "521151", values["pin_code"])

	_, said = p.exchange("data_exchange", "PAGE_B", map[string]any{"annual_income": "90000", "purpose": "Pension", "mobile": "9848012345"})
	require.Equal(t, "PAGE_C", said.Screen)
	require.Equal(t, false, said.Data["identity_have"])
	_, said = p.exchange("data_exchange", "PAGE_C", map[string]any{"identity": []any{}})
	require.Equal(t, "PAGE_D", said.Screen, "a photo may be left for the chat")
	_, said = p.exchange("data_exchange", "PAGE_D", nil)
	require.Equal(t, "PAGE_E", said.Screen)
	_, said = p.exchange("data_exchange", "PAGE_E", map[string]any{"declaration": true})
	require.Equal(t, "SUCCESS", said.Screen)
	require.Equal(t, map[string]any{"extension_message_response": map[string]any{"params": map[string]any{"flow_token": p.token}}}, said.Data,
		"what comes back in the chat is the token alone")
	require.Equal(t, "Y", p.desk.form.Answers["declaration"])
	require.Equal(t, 1, p.counted[flows.ResultDone])
}

func TestALongListComesFromTheEndpoint(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	towns := catalog.Field{ID: "town", Type: catalog.FieldChoose, Label: catalog.Text{"en": "Town"}}
	for i := range 150 {
		towns.Choices = append(towns.Choices, catalog.FieldChoice{ID: fmt.Sprint("t", i), Title: catalog.Text{"en": fmt.Sprint("Town ", i)}})
	}
	p.desk.form.Fields = append([]catalog.Field{towns}, p.desk.form.Fields...)
	_, said := p.exchange("INIT", "", nil)
	list, ok := said.Data["town_list"].([]any)
	require.True(t, ok)
	require.Len(t, list, 150)
	require.Equal(t, map[string]any{"id": "t7", "title": "Town 7"}, list[7])
}

// photographed encrypts a file as a phone does, by the description of it that the endpoint gets.
func (p *phone) photographed(address string, content []byte) map[string]any {
	p.t.Helper()
	key, macKey, iv := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{3}, 16)
	padding := 16 - len(content)%16
	sealed := append(bytes.Clone(content), bytes.Repeat([]byte{byte(padding)}, padding)...)
	block, err := aes.NewCipher(key)
	require.NoError(p.t, err)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)
	mac := hmac.New(sha256.New, macKey)
	mac.Write(append(bytes.Clone(iv), sealed...))
	sealed = append(sealed, mac.Sum(nil)[:10]...)
	p.network.files[address] = sealed
	outer, inner := sha256.Sum256(sealed), sha256.Sum256(content)
	return map[string]any{"identity": []any{map[string]any{"media_id": "1", "cdn_url": address, "file_name": "IMG_1.jpg", "encryption_metadata": map[string]any{
		"encrypted_hash": outer[:], "iv": iv, "encryption_key": key, "hmac_key": macKey, "plaintext_hash": inner[:],
	}}}}
}

func TestAPhotoIsLookedAtAsTheChatDoes(t *testing.T) {
	t.Parallel()
	png := append([]byte("\x89PNG\r\n\x1a\n"), []byte("broken")...)
	tests := map[string]struct {
		content []byte
		spoil   func(*phone)
		why     string
	}{
		"not a picture":    {content: []byte("MZ program"), why: "This kind of file cannot be taken"},
		"a broken picture": {content: png, why: "This file cannot be opened"},
		"too large a file": {content: make([]byte, 3<<20), why: "at most 1 MB"},
		"one that is gone": {content: png, spoil: func(p *phone) { clear(p.network.files) }, why: "can no longer be fetched"},
		"one that was changed": {content: png, spoil: func(p *phone) { p.network.files["https://mmg.whatsapp.net/v/1"][0] ^= 1 },
			why: "could not be fetched just now"},
		"elsewhere":     {content: png, spoil: func(p *phone) { p.network.err = whatsapp.ErrMediaAddress }, why: "could not be fetched just now"},
		"a bad network": {content: png, spoil: func(p *phone) { p.network.err = errors.New("reset") }, why: "could not be fetched just now"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(t)
			given := p.photographed("https://mmg.whatsapp.net/v/1", test.content)
			if test.spoil != nil {
				test.spoil(p)
			}
			status, said := p.exchange("data_exchange", "PAGE_C", given)
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, "PAGE_C", said.Screen)
			require.Contains(t, said.Data["identity_why"], test.why)
			require.Empty(t, p.network.taken)
		})
	}
}

func TestAPhotoThatDoesNotComeIsToldWhileThePhoneStillWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPhone(t)
		p.network.slow = true
		asked := time.Now()
		status, said := p.exchange("data_exchange", "PAGE_C", p.photographed("https://mmg.whatsapp.net/v/1", []byte("photo")))
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "PAGE_C", said.Screen)
		require.Contains(t, said.Data["identity_why"], "could not be fetched just now")
		require.Less(t, time.Since(asked), 8*time.Second)
	})
}

// changed is a token whose first letter is another. The last letters of base64 may hold bits that say nothing.
func changed(token string) string {
	if token[0] == 'A' {
		return "B" + token[1:]
	}
	return "A" + token[1:]
}

func TestAFormThatIsOverSaysSoInItsLanguage(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	p.desk.over = true
	status, answer := p.ask([]byte(`{"action":"INIT","flow_token":"` + p.token + `"}`))
	require.Equal(t, 427, status)
	require.Contains(t, answer, "फ़ॉर्म")
	p.desk.over = false
	old, err := p.tokens.Seal(flows.Token{Person: "p", Number: "n", Form: "f", Until: noon.Add(-time.Second)})
	require.NoError(t, err)
	for _, token := range []string{old, "", "tok-1", strings.Repeat("A", 5000), changed(p.token)} {
		status, answer = p.ask([]byte(`{"action":"data_exchange","screen":"PAGE_A","data":{},"flow_token":"` + token + `"}`))
		require.Equal(t, 427, status)
		require.Contains(t, answer, "error_msg")
	}
	require.Empty(t, p.desk.form.Answers)
	p.desk.form.Language = "te"
	_, answer = p.ask([]byte(`{"action":"INIT","flow_token":"` + old + `"}`))
	require.Contains(t, answer, "ఈ ఫారం ముగిసింది", "one that is too old is known for whose it was")
}

func TestWhatIsNoRequestOfAPhoneIsRefused(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	signed := p.token
	tests := map[string]struct {
		plain  string
		status int
	}{
		"no JSON":             {`{`, 400},
		"no object":           {`[]`, 400},
		"no action":           {`{"flow_token":"` + signed + `"}`, 400},
		"an unknown screen":   {`{"action":"data_exchange","screen":"PAGE_Z","data":{},"flow_token":"` + signed + `"}`, 400},
		"another screen":      {`{"action":"BACK","screen":"__proto__","flow_token":"` + signed + `"}`, 400},
		"an object as answer": {`{"action":"data_exchange","screen":"PAGE_A","data":{"pin_code":{}},"flow_token":"` + signed + `"}`, 400},
		"a forged token signature": {`{"action":"INIT","flow_token":"` + signed +
			`","flow_token_signature":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJmbG93X3Rva2VuIjoidG9rLTIifQ.AAAA"}`, 432},
		"the signature of another token": {`{"action":"INIT","flow_token":"` + signed +
			`","flow_token_signature":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJmbG93X3Rva2VuIjoidG9rLTIifQ.miOLAQq62L1ip4XIaqZT5cgF0RftVcxy_0EP7RvTPWY"}`, 432},
	}
	for name, test := range tests {
		status, answer := p.ask([]byte(test.plain))
		require.Equal(t, test.status, status, name)
		require.Empty(t, answer, name)
	}
	large := bytes.Repeat([]byte("x"), 300<<10)
	require.Equal(t, http.StatusRequestEntityTooLarge, p.post(large, whatsapp.Sign(large, appSecret)).Code)
	p.desk.err = io.ErrUnexpectedEOF
	status, _ := p.ask([]byte(`{"action":"INIT","flow_token":"` + signed + `"}`))
	require.Equal(t, http.StatusInternalServerError, status, "the store is away: the phone says so, and the chat goes on")
}

func FuzzARequestInsideTheEncryption(f *testing.F) {
	p := newPhone(f)
	for _, vector := range readVectors(f).Cases {
		f.Add(vector.Request)
	}
	for _, plain := range []string{
		`{"action":"INIT","flow_token":"TOKEN"}`, `{"action":"BACK","screen":"PAGE_B","flow_token":"TOKEN"}`,
		`{"action":"data_exchange","screen":"PAGE_A","data":{"pin_code":"521151","district":7},"flow_token":"TOKEN"}`,
		`{"action":"data_exchange","screen":"PAGE_C","data":{"identity":[{"cdn_url":"x","encryption_metadata":{"iv":"AAAA"}}]},"flow_token":"TOKEN"}`,
		`{"action":"data_exchange","screen":"PAGE_E","data":{"declaration":true},"flow_token":"TOKEN"}`,
	} {
		f.Add(plain)
	}
	f.Fuzz(func(t *testing.T, plain string) {
		p.t = t
		status, answer := p.ask([]byte(strings.ReplaceAll(plain, "TOKEN", p.token)))
		require.Contains(t, []int{200, 400, 427, 432}, status)
		if status == http.StatusOK {
			require.True(t, json.Valid([]byte(answer)))
		}
	})
}
