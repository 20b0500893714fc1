/** What running kernels did, as far as the model agrees: the ways of the stable records. Written by `npm run conformance`. */
import type { Recorded } from './recorded.js';

function numbersOf(text: string): number[] {
    return text.split(' ').map((each) => Number.parseInt(each, 36));
}

function pairsOf(numbers: readonly number[]): [number, number][] {
    return Array.from({ length: numbers.length / 2 }, (_each, index) => [numbers[2 * index]!, numbers[2 * index + 1]!]);
}

/** Hash of a path and the kernels that took it, in base 36. */
const PATHS =
    '6rgd s3 971a hs eves 1c i2wn 6r j0as 8g l8gj 36 mcwh s3 nnkc 3z o8pm 3j p829 j s67f 73 w6tn sf y5p8 6r yxjd 73 z6uf 3k 1auc9 4z 1ff63 3k 1g7qa 37 ' +
    '1kpl4 6r 1p26g 73 1po3t 3k 1rukz 6r 1sz0p 6r 1znd4 ow 24kp9 ht 25u5e 1c 26tmd 1s 27hev hv 2axqd 6r 2enxm 1c 2g2x8 kz 2ivhn 3j 2mf3n 1c 2n43t 74 2nez0 ' +
    'i7 2pkqs kz 2q1un 3j 2wljq 3z 2xyx3 ao 387g9 1 3bcvq 3j 3gyg2 74 3sqe6 73 3xxmc 37 40ktc qb 4189d 1c 41ih8 6r 41sai 1c 4c5mu 1c 4ex8o 4z 4k3fo 6r ' +
    '4s4vx kz 52t3z 37 5b7v4 3k 5c70u 3k 5peez 3j 5q53s 6r 5ra0k qb 5tfks 3k 5u96t 3k 5usfa 1c 5v1ul 37 5w8iy 6r 621tt 73 62k10 3k 63916 74 66bji 3z 69run ' +
    '37 6cn0i 6r 6eg3l 6r 6p6k0 74 6tx8z 6r 70v0a 6r 74ts4 6r 7btgn 6r 7lmnz ao 7r13e ow 81b47 6r 87z4m 37 8b9w6 3j 8g5ye 1s 8ljqi hs 8pfzd 37 8rxjs 1s ' +
    '8u9dz ow 8xydf 3n 996gt 3j 9g86o 43 9lurl lb 9nbrd 6r 9ppzl kz 9qg9q 1s 9qvft 6r 9u47q 3l 9vplq 73 9w71d 1s a2rut 1s a3q5j 4z a45pk 6r a8xf8 ao ab2cz ' +
    '3n ahxq3 8g aij60 6r amggg 6r ao9lw 3j ax77a kz axehj hs ay0in ow ayt4o ib b50bn 37 b80an 1s bd8tm sf bhbe9 1s bmpir 73 bnh50 6r btk6z 34 busbt 3n ' +
    'c679z 6r cdvur 1 cg904 qn cz2dq ao d1egx 4z dbash 1c dbn8r kz di622 kz dncwy 6r e1g6x 6r e6u7w 37 efwme 1 ersgq kz evsq2 6r ewyq7 3k ex5u9 6r f0tbk 37 ' +
    'f180v 37 f3kh8 lb f9c3p 3l fkhdv 6b fp2ee 1c fq06j 6r g1mas kz g47gq hs g5hbc 1s g8h5v i7 gb8tl 1s gbz31 1s gdwvu 4f gofbn 37 gos1i i7 gqmu4 6r gryyv ' +
    '37 gyrwu 3k h4bld 6r h62a5 1s hbvhn kz hmrzg 6r hotcg 3l hp394 1s hudbf 1s hv8mo 3k i0wvt sf i5to1 3j i7h0e 74 ifpnp 6r ih4jp ib ijmku 37 is91w 73 ' +
    'iwqom 6r j0go3 v j1cr8 74 j21r3 1f j6ppx 3z j7m72 6r jfxva 1q jl5vg 6r k4m4d 3k k69ih hs k848d 1c keppz 3k kgtkj 1s km3rx 1s kwgni 37 l0lw8 3z l9hxx ' +
    '6r lb5xa 6r lbt2q 6r ljgls 1s lw6fa 3l m9e2p 37 ma8bd 35 mb1sp 3j mbhud 34 mhj7l 6r mtd3a 73 muo3a 6r my56v 37 n1xth 2o n3b2u 73 n53sb 3z ngmyt sf ' +
    'nkxbf 74 nos6f 1s nprj4 ao ns35x i7 nsdsx hv nxcq4 1s o2v9m kz o5cn8 3j oacab 5b olj7e s3 olzi1 j7 ooxsz 6r ovbos 1r p0n2n 73 p6ihl 1e pdplt hs pfiks ' +
    '1c pfrob in pfskx i7 pkcjg 3k plbyv ow pxgkt 3n pxl8q 6r q63js 1s q6t43 6r qa4p4 8g qbvlq 1c qc27c 73 qqn4n 4z quad1 ao r3eci hv rbnfb 3k ro5cf 73 ' +
    's5fkk 37 sane5 lb sciuf 8g sfhda 37 sfrbq 6r sfynf 37 sgw29 6r sjj83 1c skmqg 5b skz6o 1s suima 3k t18d7 g tjoxs ao tny3u 34 tyx2n 1s udoic 3n uh657 ' +
    'ow ulgpv ao uxncb 74 uybsb 6r v4pwg 1f v869k 3n v8mmd 1s vgv0x hs vughl 37 vydaj 37 w3llf 6r wefov kz wis8h 6r wojqy 5b wpl4u 1c wvq9g kz wvtfx 1s ' +
    'wxzzo 1s x005p 6r x0gjx 1s x54dk 1s x7mk4 1s xd7wj e7 xdgeg 3j xhxt3 ao xizke 3 xs5zh 3k xsw05 ow xsypl 1 xti6t 4j y18ml hv y5cio 6r y8jmj 3l yfjj8 sf ' +
    'yg274 kz yixyg 1s ymt2v i7 yw9yj sf yxcm7 3k z0e5o 8g z5u6b 3k zbpqb 3j zbq6g 1s zc77k 1s zei0f ow zjlte lb zmmno 73 zp2p5 sf zq1hb hs 1002vf ao ' +
    '106sg6 6r 10c6ed 1s 10cynb ao 10cyya 6r 10dtqd ao 10gcbi 1s 10hq2q 5b 10igfa 6r 10izsx 3z 10oguy 3k 10uw8s hv 111pt6 6r 112mgp 3k 118zn5 6r 11b417 1s ' +
    '11cde6 1s 11gz4o kz 11n4co 1s 11oyfz 3j 11vgcu 74 11xnf4 3 122cn5 1s 122j55 8g 126m7p 37 12aest ht 12fbbq j7 12g66b 6r 12jeey 6r 12jtej ow 12v30s 73 ' +
    '12vtz0 ow 12xheu 6r 1331t0 6r 133k89 73 134an0 3k 134fkh 6r 135m6c 1s 13d0dd 3j 13jekf 37 13jjf7 6r 13kj3b 1c 13tlmr s3';

/** Hashes of pairs. */
const PAIRS =
    '68s 6l21 6rcb ckqg i1z0 l1rm mpx9 sups uo21 xkef zdms zzq0 10mbx 1351y 15nvp 17w91 188c3 19tkg 1at3p 1gi5p 1hxca 1jn54 1lgy1 1nsvg 1rriy 1xh4u 21r7p ' +
    '23urr 25dwg 25iem 27xq8 28hqw 29jo5 2aam1 2bwg9 2cdaz 2g8em 2hw18 2i0pj 2iyp5 2kr6n 2nihk 2t13d 2vq4l 2yfk6 31cnb 31ggq 327ha 35blv 36z0n 38v1o 3a3lb ' +
    '3ang1 3aoum 3mndt 3n7kt 3n8wn 3o6p1 3s7kp 3urs3 463wi 467fc 46xxt 4csog 4foak 4g3th 4gsfh 4knmx 4la9l 4oo7n 4pf6q 4qsqz 4s8td 4ucrp 4ue5q 50gbi 5dn4j ' +
    '5n52k 5o4qc 5vsb0 5y6dk 5z7ub 63cqq 66flu 677vj 699mi 6b5qw 6h3sn 6li8d 6m570 6o1fs 6o2uc 6tr89 6wyg5 7244e 73gdk 757ez 78ks9 7am4g 7c654 7en9y 7ikzk ' +
    '7qt27 7v711 8cw49 8hhsd 8n8u4 8t0sv 8u8is 8w4k1 8wba4 8wddn 90xev 98st9 99tkh 9duuh 9jv7q 9kguu 9kzwo 9lq2n 9sxxx 9uklm 9vkpv a3rbb afxpd aifrj an8jd ' +
    'aq4ql au0n2 au2dy b0xba b4wy2 bdpvy bgpd1 bn5dp bos83 bslx9 btaif c1fht c8s5y c9omt ca637 chtod cjx18 cn93z coneo cr365 cus9r czoev d064b d2q63 d4trk ' +
    'd4zwa ddmwl deo14 dhtdj dpjbr drss6 dtt37 du18c dui7n dvidx dvnn6 dwd6y dx14q dxkx6 dxpb2 e0ayx e0zj5 e1170 e2uq1 e51n0 e57xt ecinm efh9v efl42 eomus ' +
    'ep1di ep7t2 eplvu evqdo ew1mf ew7p4 exnsu ez3jq f1bna f226a f36ck f5aka fayzf fetvo fgov0 fitwd g6afs g6yyo g92fs gdlj9 gqubg gxa6b gxfc7 gy144 gz08j ' +
    'h2ccg h896q h8s7u hfsar hfzfx hk8d2 hln94 hlyv6 hoah5 hshjt hxt6c hyalv hyihv hzcnq hzeat i1wdg i7qk1 i8ufb i91yk i9xfg iabfr ic9fq ij8v1 iq47k it49l ' +
    'j34bu j3525 j9azn ja98f jcyi0 jdpeu jga8s jou3i jvttn jyshr k1gg2 k2cm6 k6ia2 k8zf0 k9b1v kaxfv kn8l6 knwpj kri8j kwfxa l29eq l33if l4uqe l78tq larjs ' +
    'ldtgv lf55c lgj5a lhe24 li6jj lk5dd lm0n0 lm5bz loz0z ltamh lubxg lw2wb lya1i m29vn m30kl m341u m6zbl mcxs6 mhirk mjepn mpsyk ms2z8 mtner mu54l mu7d5 ' +
    'myb4l n011x n0a3g n1qrd n2klf n7t7z ng4ds nhnww nio4z nk45e nqmyr nr88n nv4cs nzh40 o4r72 o78dn o9esk ocf0s oelz8 ofbvh ogghk ogr0d ohfx6 ol38y om4wt ' +
    'onmll orpsq orxfm osrs1 ow0g0 oxp81 oystq ozejt p3d6d p6nrj p7b0n padn8 pf5k2 pgt3y plt3p po6ng prikk pu7lj pvb8r q0ejg q2eot q399h q3hkk q6hwc qabt6 ' +
    'qbyio qeazb qhz26 qnfvx qrg0v qrsxp qxo3v r496k r7c7i r99sn rbllj rcjsm rf8tw rg2tu rhr6n rotie rq2aw rqc2d rqe1w rrcqi rs6s6 rzbr3 rzr8v s6022 scp1b ' +
    'sdggv sdz06 sftn0 si2mw sklsm sw1j9 sxu66 t0bck t1748 t1rwy t2fes t4lbi t7s1f tblau tcovi tcwdu tgm8x th8a1 tpyft ts4ej ttxek tv5ty txdlp u51lx u70ec ' +
    'u72m8 udhyu udphk ufl2f ugjq0 ujmye uksvw umaa1 uq54h uqgxw uvult v0cp7 v4ul6 v65ck v9gua v9vew v9w5t vanux vf205 visio vs024 vsawe vvo0e vwlrd w3rgj ' +
    'w4zy3 waq40 wb549 whv8g wjj5e wkn9w wkpm7 wl4ba wlwar wn3mm wnmct wsv9d wt8me wu2fz wyxpq xa801 xbn8b xd0m9 xesyk xh6lc xjuge xl1s1 xm3ey xnn2f xoqkj ' +
    'xs25w xscrp y5kbe y7ozo yccu5 ycmk3 ye3c5 yf002 ygr3u ygv3u yiws9 yj22f yksff yl4yd ynwyc yq5gm yv2tq z4z79 ze9jn zejzt zenhl ziepg zmuxq zqpvn zsdx5 ' +
    'zyu3s zyvn6 100k35 10194u 106110 107nhq 1080x6 10cast 10cxsx 10ikg2 10kf65 10nzp4 10plq8 10qqv2 10rz0u 10uucx 10w6lw 10x3o5 111waa 115hzn 118rzj ' +
    '11aeku 11g5e1 11ikoy 11iosf 11lg6t 11lo5k 11oy37 11tb4j 11z5ta 11zkne 128gdr 12gwjj 12h61v 12jloy 12k1uz 12nfsp 12onal 12usou 12wp19 12xd9b 12xhzu ' +
    '1364r5 13e3tw 13ehwt 13it1q 13m020 13ql20 13sm4y 13vymh 13xxah';

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
    // Few runs ask.
    get paths() {
        return (paths ??= new Map(pairsOf(numbersOf(PATHS))));
    },
    get pairs() {
        return (pairs ??= new Set(numbersOf(PAIRS)));
    },
};

let paths: ReadonlyMap<number, number> | undefined;
let pairs: ReadonlySet<number> | undefined;
