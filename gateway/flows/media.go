package flows

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
)

// ErrMediaAltered says that a file is not the one that the phone encrypted.
var ErrMediaAltered = errors.New("media of a flow was altered")

// media is a file that was given in a Flow: where it lies, encrypted, and the keys to it (Meta, Media upload components: endpoint).
type media struct {
	URL      string `json:"cdn_url"`
	Name     string `json:"file_name"`
	Metadata struct {
		EncryptedHash []byte `json:"encrypted_hash"`
		IV            []byte `json:"iv"`
		Key           []byte `json:"encryption_key"`
		MACKey        []byte `json:"hmac_key"`
		PlainHash     []byte `json:"plaintext_hash"`
	} `json:"encryption_metadata"`
}

// macSize is how much of the HMAC stands behind the ciphertext.
const macSize = 10

// open checks and decrypts the file as it came from the address: AES-256-CBC with PKCS#7 padding, then the first ten bytes of the HMAC-SHA-256 over
// initial vector and ciphertext. It fails with [ErrMediaAltered].
func (m *media) open(file []byte) ([]byte, error) {
	keys := &m.Metadata
	if !sumIs(file, keys.EncryptedHash) || len(file) < macSize+aes.BlockSize || len(keys.IV) != aes.BlockSize || len(keys.MACKey) == 0 {
		return nil, ErrMediaAltered
	}
	ciphertext, tag := file[:len(file)-macSize], file[len(file)-macSize:]
	mac := hmac.New(sha256.New, keys.MACKey)
	mac.Write(keys.IV)
	mac.Write(ciphertext)
	if !hmac.Equal(mac.Sum(nil)[:macSize], tag) || len(ciphertext)%aes.BlockSize != 0 || len(keys.Key) != 2*aesKeySize {
		return nil, ErrMediaAltered
	}
	block, err := aes.NewCipher(keys.Key)
	if err != nil {
		return nil, ErrMediaAltered
	}
	plain := make([]byte, len(ciphertext))
	cipher.NewCBCDecrypter(block, keys.IV).CryptBlocks(plain, ciphertext)
	plain, ok := unpadded(plain)
	if !ok || !sumIs(plain, keys.PlainHash) {
		return nil, ErrMediaAltered
	}
	return plain, nil
}

func sumIs(content, want []byte) bool {
	sum := sha256.Sum256(content)
	return subtle.ConstantTimeCompare(sum[:], want) == 1
}

// unpadded strips PKCS#7 padding. The HMAC was checked before, so that its faults tell an attacker nothing.
func unpadded(plain []byte) ([]byte, bool) {
	count := int(plain[len(plain)-1])
	if count == 0 || count > aes.BlockSize || count > len(plain) {
		return nil, false
	}
	for _, octet := range plain[len(plain)-count:] {
		if int(octet) != count {
			return nil, false
		}
	}
	return plain[:len(plain)-count], true
}
