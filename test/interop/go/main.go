// Judges what Holdfast writes with golang.org/x/mod/sumdb: reads one case a line as JSON from standard input
// and answers each with "accepted" or "refused: why". The tree line and the tile paths are parsed and made
// here, because tlog.ParseTree and tlog.Tile.Path know only the Go checksum database's own.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	VerifierKeys []string `json:"verifierKeys"`
	Origin       string   `json:"origin"`
	Note         []byte   `json:"note"`
	OldNote      []byte   `json:"oldNote"`
	Index        int64    `json:"index"`
	Record       []byte   `json:"record"`
	Inclusion    [][]byte `json:"inclusion"`
	Consistency  [][]byte `json:"consistency"`
	// Entries before it are gone: a multiple of 256.
	First int64             `json:"first"`
	Files map[string][]byte `json:"files"`
}

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var c testCase
		if err := json.Unmarshal(line, &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := judge(c); err != nil {
			fmt.Printf("refused: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("accepted")
		}
	}
}

func judge(c testCase) error {
	tree, err := openCheckpoint(c.Note, c)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	old, err := openCheckpoint(c.OldNote, c)
	if err != nil {
		return fmt.Errorf("old checkpoint: %w", err)
	}
	inclusion, err := hashes(c.Inclusion)
	if err != nil {
		return err
	}
	consistency, err := hashes(c.Consistency)
	if err != nil {
		return err
	}
	recordHash := tlog.RecordHash(c.Record)
	if err := tlog.CheckRecord(inclusion, tree.N, tree.Hash, c.Index, recordHash); err != nil {
		return fmt.Errorf("inclusion: %w", err)
	}
	if err := tlog.CheckTree(consistency, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	if len(c.Files) == 0 {
		return nil
	}
	return judgeFiles(c, tree, old, inclusion, consistency)
}

// judgeFiles makes root and both proofs anew from the tiles, and finds the record in its entry bundle.
func judgeFiles(c testCase, tree, old tlog.Tree, inclusion, consistency []tlog.Hash) error {
	reader := tlog.TileHashReader(tree, files(c.Files))
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("root from tiles: %v", err)
	}
	recordProof, err := tlog.ProveRecord(tree.N, c.Index, reader)
	if err != nil || !same(recordProof, inclusion) {
		return fmt.Errorf("inclusion from tiles: %v", err)
	}
	treeProof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil || !same(treeProof, consistency) {
		return fmt.Errorf("consistency from tiles: %v", err)
	}
	for index := int64(0); index < c.First/256; index++ {
		leaves, ok := c.Files[path("0", index, 256)]
		if !ok {
			continue
		}
		// TileHashReader takes a tile of leaves unread where tiles of the right edge share a tile
		told, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(8, index)})
		if err != nil || told[0] != rootOf(leaves) {
			return fmt.Errorf("tile %d of leaves that are left: %v", index, err)
		}
	}
	for index := c.First / 256; index*256 < tree.N; index++ {
		width := tree.N - index*256
		if width > 256 {
			width = 256
		}
		entries, err := parseBundle(c.Files[path("entries", index, int(width))], int(width))
		if err != nil {
			return err
		}
		stored := make([]int64, len(entries))
		for i := range entries {
			stored[i] = tlog.StoredHashIndex(0, index*256+int64(i))
		}
		leaves, err := reader.ReadHashes(stored)
		if err != nil {
			return fmt.Errorf("leaves: %w", err)
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[i] {
				return fmt.Errorf("entry %d is not its leaf", index*256+int64(i))
			}
			if index*256+int64(i) == c.Index && !bytes.Equal(entry, c.Record) {
				return errors.New("the record is not in its bundle")
			}
		}
	}
	return nil
}

// rootOf hashes a full tile's subtree.
func rootOf(tile []byte) tlog.Hash {
	if len(tile) <= tlog.HashSize {
		var leaf tlog.Hash
		copy(leaf[:], tile)
		return leaf
	}
	half := len(tile) / 2
	return tlog.NodeHash(rootOf(tile[:half]), rootOf(tile[half:]))
}

func openCheckpoint(msg []byte, c testCase) (tlog.Tree, error) {
	var verifiers []note.Verifier
	for _, key := range c.VerifierKeys {
		verifier, err := newVerifier(key)
		if err != nil {
			return tlog.Tree{}, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(msg, note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(verifiers) {
		return tlog.Tree{}, errors.New("not signed by every key")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != c.Origin || lines[3] != "" {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, err
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// newVerifier knows the keys that note knows, and besides those of witnesses (C2SP tlog-cosignature, type 4).
func newVerifier(key string) (note.Verifier, error) {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a key")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 33 || data[0] != 4 {
		return note.NewVerifier(key)
	}
	hash := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	id := binary.BigEndian.Uint32(hash[:])
	if parts[1] != fmt.Sprintf("%08x", id) {
		return nil, errors.New("key id")
	}
	return witness{parts[0], id, ed25519.PublicKey(data[1:])}, nil
}

type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }

func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}

// files serves tiles by their C2SP tlog-tiles paths.
type files map[string][]byte

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		name := path(strconv.Itoa(tile.L), tile.N, tile.W)
		content, ok := f[name]
		if !ok {
			return nil, fmt.Errorf("no %s", name)
		}
		if len(content) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", name, len(content))
		}
		data[i] = content
	}
	return data, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func path(level string, index int64, width int) string {
	name := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		name = fmt.Sprintf("x%03d/%s", index%1000, name)
	}
	if width < 256 {
		name = fmt.Sprintf("%s.p/%d", name, width)
	}
	return "tile/" + level + "/" + name
}

func parseBundle(data []byte, width int) ([][]byte, error) {
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("entry bundle is cut short")
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	if len(entries) != width {
		return nil, errors.New("entry bundle has another width")
	}
	return entries, nil
}

func hashes(list [][]byte) ([]tlog.Hash, error) {
	result := make([]tlog.Hash, len(list))
	for i, item := range list {
		if len(item) != tlog.HashSize {
			return nil, errors.New("hash length")
		}
		copy(result[i][:], item)
	}
	return result, nil
}

func same(one, other []tlog.Hash) bool {
	if len(one) != len(other) {
		return false
	}
	for i := range one {
		if one[i] != other[i] {
			return false
		}
	}
	return true
}
