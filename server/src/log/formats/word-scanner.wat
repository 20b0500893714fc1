;; Looks for the first of many words in bytes, sixteen places at a time, and counts line ends.
;;
;; Of every word six bytes in a row stand for it. Words share eight groups; for each of the six places two tables of sixteen bytes
;; say in which groups a byte with this low and this high half may stand there, a bit a group. A place where a group's bit is left
;; after all twelve look-ups is looked at closely: the first four bytes are looked up, and the words that they are of compared.
;; (The search is known as Teddy.) scripts/word-scanner.mts works the tables out; they lie at the beginning of the memory:
;;
;;     0  six places, each sixteen bytes for the low half of a byte and sixteen for the high half
;;   192  4096 numbers of two bytes: the address of the first entry with this hash of the four bytes, 0 for none
;;  8384  entries of sixteen bytes: the four bytes; address of the word; its length; where in it the four bytes are; the next entry
;;        with the same hash, or 0
;;        the words
;; 65536  the text, with twenty-four bytes more than are used
(module
  (memory (export "memory") 2)

  ;; Address of the first word that lies whole between two addresses; -1 where there is none.
  (func (export "next") (param $from i32) (param $end i32) (result i32)
    (local $at i32) (local $bits i32) (local $place i32) (local $key i32) (local $entry i32) (local $start i32) (local $word i32) (local $left i32) (local $seen i32)
    (local $c v128) (local $m v128) (local $low v128)
    (local $l0 v128) (local $h0 v128) (local $l1 v128) (local $h1 v128) (local $l2 v128) (local $h2 v128) (local $l3 v128) (local $h3 v128) (local $l4 v128) (local $h4 v128) (local $l5 v128) (local $h5 v128)
    (local.set $low (i8x16.splat (i32.const 15)))
    (local.set $l0 (v128.load (i32.const 0)))
    (local.set $h0 (v128.load (i32.const 16)))
    (local.set $l1 (v128.load (i32.const 32)))
    (local.set $h1 (v128.load (i32.const 48)))
    (local.set $l2 (v128.load (i32.const 64)))
    (local.set $h2 (v128.load (i32.const 80)))
    (local.set $l3 (v128.load (i32.const 96)))
    (local.set $h3 (v128.load (i32.const 112)))
    (local.set $l4 (v128.load (i32.const 128)))
    (local.set $h4 (v128.load (i32.const 144)))
    (local.set $l5 (v128.load (i32.const 160)))
    (local.set $h5 (v128.load (i32.const 176)))
    (local.set $at (local.get $from))
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $c (v128.load (local.get $at)))
        (local.set $m (v128.and (i8x16.swizzle (local.get $l0) (v128.and (local.get $c) (local.get $low))) (i8x16.swizzle (local.get $h0) (v128.and (i16x8.shr_u (local.get $c) (i32.const 4)) (local.get $low)))))
        (local.set $c (v128.load offset=1 (local.get $at)))
        (local.set $m (v128.and (local.get $m) (v128.and (i8x16.swizzle (local.get $l1) (v128.and (local.get $c) (local.get $low))) (i8x16.swizzle (local.get $h1) (v128.and (i16x8.shr_u (local.get $c) (i32.const 4)) (local.get $low))))))
        (local.set $c (v128.load offset=2 (local.get $at)))
        (local.set $m (v128.and (local.get $m) (v128.and (i8x16.swizzle (local.get $l2) (v128.and (local.get $c) (local.get $low))) (i8x16.swizzle (local.get $h2) (v128.and (i16x8.shr_u (local.get $c) (i32.const 4)) (local.get $low))))))
        (local.set $c (v128.load offset=3 (local.get $at)))
        (local.set $m (v128.and (local.get $m) (v128.and (i8x16.swizzle (local.get $l3) (v128.and (local.get $c) (local.get $low))) (i8x16.swizzle (local.get $h3) (v128.and (i16x8.shr_u (local.get $c) (i32.const 4)) (local.get $low))))))
        (local.set $c (v128.load offset=4 (local.get $at)))
        (local.set $m (v128.and (local.get $m) (v128.and (i8x16.swizzle (local.get $l4) (v128.and (local.get $c) (local.get $low))) (i8x16.swizzle (local.get $h4) (v128.and (i16x8.shr_u (local.get $c) (i32.const 4)) (local.get $low))))))
        (local.set $c (v128.load offset=5 (local.get $at)))
        (local.set $m (v128.and (local.get $m) (v128.and (i8x16.swizzle (local.get $l5) (v128.and (local.get $c) (local.get $low))) (i8x16.swizzle (local.get $h5) (v128.and (i16x8.shr_u (local.get $c) (i32.const 4)) (local.get $low))))))
        (if (v128.any_true (local.get $m))
          (then
            (local.set $bits (i32.xor (i8x16.bitmask (i8x16.eq (local.get $m) (v128.const i64x2 0 0))) (i32.const 0xffff)))
            (loop $places
              (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $bits))))
              (local.set $key (i32.load (local.get $place)))
              (local.set $entry (i32.load16_u offset=192 (i32.shl (i32.shr_u (i32.mul (local.get $key) (i32.const 0x9e3779b1)) (i32.const 20)) (i32.const 1))))
              (block $none
                (loop $entries
                  (br_if $none (i32.eqz (local.get $entry)))
                  (block $other
                    (br_if $other (i32.ne (i32.load (local.get $entry)) (local.get $key)))
                    (local.set $start (i32.sub (local.get $place) (i32.load16_u offset=8 (local.get $entry))))
                    (local.set $left (i32.load16_u offset=6 (local.get $entry)))
                    (br_if $other (i32.lt_u (local.get $start) (local.get $from)))
                    (br_if $other (i32.gt_u (i32.add (local.get $start) (local.get $left)) (local.get $end)))
                    (local.set $word (i32.load16_u offset=4 (local.get $entry)))
                    (local.set $seen (local.get $start))
                    (loop $compare
                      (br_if $other (i32.ne (i32.load8_u (local.get $seen)) (i32.load8_u (local.get $word))))
                      (local.set $seen (i32.add (local.get $seen) (i32.const 1)))
                      (local.set $word (i32.add (local.get $word) (i32.const 1)))
                      (br_if $compare (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
                    (return (local.get $start)))
                  (local.set $entry (i32.load16_u offset=10 (local.get $entry)))
                  (br $entries)))
              (br_if $places (local.tee $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $blocks)))
    (i32.const -1))

  ;; Line ends between two addresses.
  (func (export "countLines") (param $at i32) (param $end i32) (result i32)
    (local $count i32) (local $feeds v128)
    (local.set $feeds (i8x16.splat (i32.const 10)))
    (block $few
      (loop $blocks
        (br_if $few (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $end)))
        (local.set $count (i32.add (local.get $count) (i32.popcnt (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (local.get $feeds))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $blocks)))
    (block $done
      (loop $bytes
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $count (i32.add (local.get $count) (i32.eq (i32.load8_u (local.get $at)) (i32.const 10))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $bytes)))
    (local.get $count)))
