/** What running kernels did, as far as the model agrees: the ways of the stable records. Written by `npm run conformance`. */
import type { Recorded } from './recorded.js';

function numbersOf(text: string): number[] {
    return text.split(' ').map((each) => Number.parseInt(each, 36));
}

/** Hash of a path and the kernels that took it, in base 36. */
const PATHS = numbersOf(
    'c0t34 s3 gcibb hs qfu9v 1c w561q 6r xsj6m 8g 11r1eb 36 13qxrd s3 161w5n 3z 173hja 3j 18uc01 j 1e317w 73 1l84p9 sf 1oq4uf 6r 1q3mg4 73 1qk62w 3k 2b9xsz ' +
    '4z 2jeyto 3k 2ktqr0 37 2sthk0 6r 30jvhg 73 31mus2 3k 35idb6 6r 37i9a3 6r 3jdjcb ow 3s4sxg ht 3udlkz 1c 3w4nrq 1s 3xayg4 hv 4a2jsj 1c 4cl72r kz 4hjze6 ' +
    '3j 4nuuid 1c 4p3asg 74 4pmm8f i7 4tgvne kz 4ubagz 3j 55yb2s 3z 58e2tc ao 5ql8wc 1 5w6weg 3j 6658kk 74 6r2x7x 73 70brq9 37 75106j qb 766oo1 1c 76oums ' +
    '6r 776apa 1c 7pm0mn 1c 7uj3fy 4z 83q3we 6r 8i0ora kz 90zr3u 37 9fxzcb 3k 9hohj2 3k a55mnx 3j a6h2ps 6r a8ht0q qb acboyu 3k adsc4o 3k aeqj6a 1c af7af1 ' +
    '37 arn917 73 asjlsm 3k ats22z 74 az8iph 3z b5dihm 37 bagww8 6r bdomev 6r bwrnl0 74 c573zj 6r chj4jg 6r cokxzx 6r d10dl6 6r digan9 ao ds1y0y ow eabrhg ' +
    '6r em6g8g 37 es1l6o 3j f0ql5f 1s fab34k hs fh8evr 37 flnn6u 1s fpsov5 ow fwd3ur 3n ggbhx7 3j gsujw8 43 h2up2s lb h9q7aq kz hb0xb9 1s hbrw3o 6r hhjhqr ' +
    '3l hkdin1 73 hl8if6 1s hwxisb 1s hymhv6 4z hze5h4 6r i7vf2a ao ibo72g 3n invye0 8g ioy2on 6r ivx98s 6r iz52y1 3j jf0sy7 kz jfdr6t hs jggx59 ow jhvsbl ' +
    'ib jswkpx 37 jy8ix1 1s k7jooo sf kes9ct 1s koddcd 73 kpqgw7 6r l0jwek 34 l2qd11 3n ln0xrz 6r m0ompm 1 m4w079 qn n2c8ev ao n6hq31 4z no36mi 1c nopbl1 ' +
    'kz o0arp0 kz o9iyl7 6r oyksbv 6r p85q2a 37 po9zts 1 pp4e6m 6r q9elre kz qgj2d5 6r qilqlp 3k qiydsh 6r qpg4kv 37 qq69kv 37 qucems lb r4likm 3l roewn4 ' +
    '6b rwk9ln 1c ry8bmp 6r sivn6u kz snh9qd hs spqs6z 1s sv2igo i7 szzolf 1s t1addy 1s tnf8q5 37 to1upa i7 trclke 6r ttq60c 37 u5tmf3 3k ufolzz 6r uis214 ' +
    '1s ut3ze7 kz vchr0p 6r vg465o 3l vgls78 1s vpzoc6 1s vrjcc9 3k w1mgk4 sf wacqqp 3j wda8pb 74 wrxm4l 6r wug319 ib wyw520 37 xe83dc 73 xm7fsb 6r xstmut ' +
    'v xueoev 74 xvn46f 1f y3xq36 3z y5jgkk 6r ykc7mj 1q ytmfxq 6r zs7bsc 3k zv4wuw hs zyfiwk 1c 10a5q7i 3k 10dwki1 1s 10napo0 1s 115plto 37 11d2xb9 3z ' +
    '11svway 6r 11vuj5z 6r 11wzov0 6r 12alirg 1s 12x7f6p 3l 13kp0u2 37 13m6s86 35 13nn711 3j 13ofq0s 34 13z65ib 6r 14k79uh 73 14mitur 6r 14sp88s 37 14zg4f8 ' +
    '73 151vp2e 73 1552qd8 3z 15pktwb sf 15x78b3 74 16423fr 1s 165sxzo ao 169xmji i7 16agjfy hv 16jamgr 1s 16t3l4u kz 16xihay 3j 176dubl 5b 17qa54w s3 ' +
    '17r341t j7 17wc3iu 6r 187os22 1r 18h50pu 73 18rkv9q 1e 194dis3 hs 197l0zc 1c 1982t7x i7 19g6akh 3k 19hx9zm ow 1a3hgzn 3n 1a3prix 6r 1aiub69 1s 1ak3r9c ' +
    '6r 1aq0coe 8g 1at46nw 1c 1atfx1n 73 1bjd49o 4z 1bpuf7i ao 1c61i8o hv 1ckpn8s 3k 1d6xi2o 73 1e1nokk 37 1eaxl4y lb 1ee9i3y 8g 1ejivna 37 1ek0kur 6r ' +
    '1ekdlnm 37 1em100q 6r 1eqq6dw 1c 1esof1o 5b 1etajvq 1s 1fa93ne 3k 1fm6vgi g 1gj0c26 ao 1gqkmut 34 1ha2sp7 1s 1i0bklm 3n 1i6ixa2 ow 1ie5q09 ao 1izthwc ' +
    '74 1j10yc0 6r 1jce1op 1f 1jij510 3n 1jjc7ry 1s 1jxz5o6 hs 1km5baf 37 1kt3mrf 37 1l2ee3k 6r 1llnw8o kz 1lte735 6r 1m3n3xs 5b 1m5hklr 1c 1mgeosi kz ' +
    '1mgkcbr 1s 1mkfzfh 1s 1mo0a5o 6r 1motfez 1s 1mx3s41 1s 1n1k3sj 1s 1nbi1u2 e7 1nbx5q3 3j 1njw3pc ao 1nlr8a8 3 1o22n3n 3k 1o3cw9a ow 1o3hphp 1 1o4gc55 ' +
    '4j 1oi7c5r hv 1opi983 6r 1ot586d 6r 1ov6w3f 3l 1p7mq6c sf 1p8jwot kz 1pdod8v 1s 1pkjp4e i7 1q1dpdz sf 1q3afgr 3k 1q8p63o 8g 1qidn8t 3k 1qstqru 3j ' +
    '1qsujhe 1s 1qtotgl 1s 1qxs0rg ow 1r6usad lb 1rc8a47 73 1rgkspz sf 1riamso hs 1s053wd ao 1sc2krx 6r 1slndjd 1s 1sn1lgv ao 1sn24y9 6r 1sokuwi ao 1st1whn ' +
    '1s 1svicue 5b 1swt76u 6r 1sxrnfz 3z 1t7hz27 3k 1tixblu hv 1tv1vvq 6r 1twnxp2 3k 1u7zd58 6r 1ubr64y 1s 1udzt7j 1s 1um6gc7 kz 1ux3qkc 1s 1v0d8el 3j ' +
    '1vbx2uo 74 1vftmvs 3 1vo6h5q 1s 1voi15b 8g 1vvrhp2 37 1w2ib8t ht 1wb84ug j7 1wihmlq 6r 1wj89ui ow 1x39de7 73 1x4la8n ow 1x7iyey 6r 1xhf7kx 6r 1xibypj ' +
    '73 1xjmwwo 3k 1xjvof1 6r 1xlzf9n 1s 1xz4nsj 3j 1yahwce 37 1yaqj0l 6r 1ychxwl 1c 1ykj2my 6r 1ysmggt s3',
);

/** Hashes of pairs. */
const PAIRS = numbersOf(
    'b3ml bpfm6 c0lwc mcv23 w3i9m 11f53q 14e35h 1falvi 1iirn9 1no9n3 1qw8im 1rzi9q 1t3p7g 1xkzgl 222gd7 261c2x 26mthg 29gkco 2b7ql8 2lca57 2nv9um 2qx53h ' +
    '2u64i3 2ybbww 35cxpq 3figmf 3n4dpd 3qupc0 3tkppx 3tspza 3y3ymw 3z3juc 40yyy7 42av7f 455oxd 45znjn 4cuxzt 4fsy6t 4g19el 4hpoqe 4kwbtn 4psv80 4zlxzu ' +
    '54eg65 597nv9 5eehgm 5el9rq 5fxar5 5lgmw3 5oe96e 5rr6zp 5tydwu 5uxoj0 5v06f6 6g9kl8 6h9h18 6hbu27 6izwja 6q5gtd 6updxf 7euxsx 7f179c 7gcc4s 7qqzhg ' +
    '7vv6t1 7wmseb 7xujid 84q0r0 85u92t 8bv1lt 8d6zzs 8fn3zm 8i7o7e 8lyp9z 8m167j 8wt0he 9k942d a150l1 a2wetx akrc4d amlxwp atynin azfqtk b0u034 b4h409 ' +
    'b7u7ul bieqye bq8evb brd8h5 buqk2e but1yg c4weoo cal8q4 cjrbu7 cm544c cp96my cv8y8e cyvbxx d1mx3i d61dpt dd1b96 drnnwr dzghux eux3kb f33mgb fdbpko ' +
    'fnlfb7 fpr5f2 ft43md ftg20n ftjsa8 g1negd gfn80z ghgkfa gomu6c gzbhqu h0dyuc h1bu30 h2mcqd hfgcbj hicmfj hk4tzo hyok4l ikbx34 ios0y1 ixb6gr j2gfaz ' +
    'j9d514 j9g8t1 jln838 jsqkkk k8e0u1 kdp36g kp5kcr kyuz4d l02orl lejjp3 lrm2kh lt7skc lu2tq7 m7orb7 mbeq70 mhc72u mjtm3b mo5mxs muq9cd n3fege n4avnq ' +
    'n8uitv nckwzl ncvtfb ns8pz3 nu2pzl nzo82k odecxn ohf62s okzpog ole6tg om8dmh oo0oqw ooa16r opjgdt oqq0eq orp6yo orwzoc owji4e oxr621 oxu4gr p12m9u ' +
    'p4ywwz p5a44w pi95zq pnipjf pnpj85 q3smri q4ig07 q4tvom q5iwlt qgeway qgyvv3 qh9onu qjubav qmeb28 qqcpfg qrnv6k qtnad9 qxes2j r7i6zu red4b4 rho759 ' +
    'rlh5k9 sr6k30 sse5nj sw4c3i t46a9i trpwe3 u3637n u3f9oz u4hzb5 u68f6v uc5y54 umobyi unm5ym v02b4t v0f0c3 v7yv94 vahc8d vb1zgc vf6mhg vmn78s vw3vaq ' +
    'vwyuwc vxcvre vyui7i vyxf82 w3djwm wdr7me wfq388 wg3hfm whnfh8 wicc0l wlsrzr wy7r6r xafhh5 xfrl2o xxjp1h xxkzu6 y8jjej ya8eys yf1c1i ygd6dn yky7nf ' +
    'z05i97 zcl0pa zhunke zml8jz zo6ffn zvkhvz zzyyo6 100jnbv 103fg81 10pb9ns 10qi5f6 10wwf6c 115ob5v 11g0q6y 11hi8sc 11kmmxy 11ovoui 11v4z6x 120kdzu ' +
    '122x5j3 125e1ej 126wzrj 128bmqo 12btjs4 12f54wc 12fdhap 12ke9qf 12s2vyq 12tx7hp 12x15gn 130xuoj 1381k9k 139d0mq 139j7aa 13gesms 13z5d0s 142i5m4 ' +
    '14dvhh0 14hxanm 14kpm9l 14ll46u 14lp3dj 14szs5l 14w1vfk 14why64 14z3knj 150km48 159vy6h 15onsib 15reihr 15t6wvu 15vrdlg 168endu 16fbqq6 16n2f4e ' +
    '16wgcjq 170uw9c 174qas1 17a2pfj 17dz2ma 17f93zj 17h9b93 17hs0n4 17j0azt 17phrwz 17rcqce 17u06de 1819v37 181nfsd 1835dvi 188wsgr 18bwuas 18dv8vn ' +
    '18exv8r 18lzfcm 18ru8yp 18szl5p 18yg9bc 196xvoc 199vr1m 19irqlb 19mztop 19sx0l7 19xpias 19znzkq 1aca441 1adsguh 1ae78kk 1ajjtiq 1aqczv2 1at9d7i ' +
    '1axfisd 1b3ybuy 1bdo8ry 1bkshk6 1blffwk 1bvuuw0 1c7kbo9 1cd1pcd 1cghex9 1ckmeb7 1cmb6vf 1cr3p5h 1csl12m 1cvkbu7 1d84gp5 1dac3dp 1datg7i 1dawzd2 ' +
    '1dcmn4b 1de4235 1dqsw6v 1drkfs9 1e2o3oo 1eekicu 1efxa0u 1egu8c9 1ek4owl 1eo4opw 1esmqwi 1fcyq8z 1fg5mzd 1fkk6bv 1fm4njf 1fn5mlu 1fobead 1fs5whf ' +
    '1fxtujd 1g4lv9w 1g6k811 1g6xklv 1gdjjw8 1gemptv 1gu584u 1gxztv5 1h17dw0 1h3ed8i 1h7c6kn 1hkyuzi 1hogpid 1hoknjf 1hzzxy2 1i0db7n 1i3pgc8 1i5f28c ' +
    '1iawt5k 1iczcpe 1ifm9tw 1imh3zm 1in249c 1iwmet6 1j4mkt1 1jcmdo2 1jexico 1jktxvi 1jljugz 1jll6cq 1jmyez9 1jurka1 1k1ep7v 1khs3r9 1kibdmh 1koaopy ' +
    '1kpyona 1l2otf7 1l4vwlk 1lf2f4o 1lft3lk 1lrrj1f 1luq1md 1lwpdlo 1lwtjgj 1lxjo1w 1lyxf4g 1m12g75 1m1zqsj 1mbbkn9 1mbzbu9 1mdgcej 1mm3xqv 1n66835 ' +
    '1n8pasz 1nb53lo 1nebhfp 1nijpz2 1nna56d 1npf5uj 1nra2li 1nu10bj 1nvz8j2 1o1vugx 1o2ep8t 1opw492 1otoff3 1p1ytlp 1p2g3r0 1p51xlo 1p6o04f 1p9s6uo ' +
    '1p9zatp 1pdma9d 1pdvobs 1pgyjfq 1phkt4a 1pmil1e 1pqhpj7 1pz90vz 1qgukwt 1qxcyyl 1qxvjor 1qy1r9u 1r4q59f 1rcmzyv 1rji08w 1rmgqxw 1rxxiq8 1ry096v ' +
    '1s0zpky 1s288mc 1saptso 1sdlris 1se9mzb 1slv78g 1sn03fn 1sx0cl4 1t0ayxz 1t6ngnh 1t9immz 1tbjr7u 1tdq9is 1tityzr 1tl7qxs 1tmuiwz 1tvdeap 1u1rzd1 ' +
    '1u7lr75 1uahx1s 1ukpkyf 1up0sdj 1up82jl 1uu4s53 1uuixvv 1v0clox 1v83s1x 1viic37 1vj8pm4 1vz14h7 1we1uqm 1weirbi 1wiukdn 1wjnb3y 1wpo316 1wrteu9 ' +
    '1x2r064 1x64i9b 1x7bkkz 1x7jzqf 1xmwg9a 1y12t6c 1y1rucw 1y9fn33 1yf43l6 1yn9fk1 1yqvcss 1z0b6nt',
);

export const RECORDED: Recorded = {
    kernels: [
        { name: '7.3.4', version: '7.3', release: '7.3.4', arch: 'x86-64', pageShift: 12 },
        { name: '7.2.12', version: '7.2', release: '7.2.12', arch: 'x86-64', pageShift: 12 },
        { name: '7.1.13', version: '7.1', release: '7.1.13', arch: 'x86-64', pageShift: 12 },
        { name: '7.0.13', version: '7.0', release: '7.0.13', arch: 'x86-64', pageShift: 12 },
        { name: '6.18.15', version: '6.18', release: '6.18.15', arch: 'x86-64', pageShift: 12 },
        { name: '6.12.107', version: '6.12', release: '6.12.107', arch: 'x86-64', pageShift: 12 },
        { name: '6.1.192', version: '6.1', release: '6.1.192', arch: 'x86-64', pageShift: 12 },
        { name: 'arm64-7.3.4', version: '7.3', release: '7.3.4', arch: 'arm64', pageShift: 12 },
        { name: 'arm64-6.12.117', version: '6.12', release: '6.12.117', arch: 'arm64', pageShift: 12 },
        { name: 'arm64-7.3.4-16k', version: '7.3', release: '7.3.4', arch: 'arm64', pageShift: 14 },
    ],
    paths: new Map(Array.from({ length: PATHS.length / 2 }, (_each, index) => [PATHS[2 * index]!, PATHS[2 * index + 1]!])),
    pairs: new Set(PAIRS),
};
