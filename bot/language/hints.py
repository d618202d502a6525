"""What letters and common words say about a language beside its n-grams. Pure.

Near relatives (Spanish and Portuguese, Persian and Urdu, Hindi and Nepali) share most n-grams but not their little
words, and langdetect merges the letters that tell Persian from Arabic. The lists are general: no word stands here
because a test has it.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping

import regex

_FAR = "ێۆڕڵەڤۇۈۋېڭټډړښڼځڅۍ"  # letters of Sorani, Uyghur and Pashto
#: Letters that a language hardly ever uses. They count against it, and do not exclude it: people borrow keyboards.
_UNLIKELY = {
    "ar": regex.compile(f"[پچژگکیٹڈڑںےھہۃ\u200c{_FAR}]"),
    "fa": regex.compile(f"[ٹڈڑںےھہةكى{_FAR}]"),
    "ur": regex.compile(f"[ةكيىه\u200c{_FAR}]"),
    "es": regex.compile("[ãõçâêàè]"),
    "pt": regex.compile("[ñ¿¡ëïèù]"),
    "it": regex.compile("[ñãõçáíóúêâîôășț]"),
    "fr": regex.compile("[ñãõáíóúășțż]"),
    "ro": regex.compile("[ñãõçáéíóúàèßą]"),
    "tr": regex.compile("[əqwxñáéèê]"),
    "uk": regex.compile("[ыэъёјљњђћџґѓќ]"),
    "ne": regex.compile("[\u093c\u0949\u0933]"),
}
_UNLIKELY_WEIGHT = -4.0  # in the logarithm of the odds, for each letter

#: Little words of the languages that we offer, and of those that are easily confused with them.
_LITTLE = {
    "en": "the of to and a in is it you that he was for on are with as i his they be at one have this from or had by "
    "but not what all were we when your can said there an each which she do how their if will up other about "
    "out many then them these so some her would make like him into has more no my than who now me our get very "
    "because us any where why too here need want been could should am did does just only every own don' can' "
    "it' i'",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este sí "
    "porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno "
    "les ni contra otros ese eso ante ellos e esto mí antes algunos qué unos yo otro otras otra él tanto esa "
    "estos mucho nada muchos cual son tiene tengo está están fue ser han hace mi si gracias usted toda tienen "
    "puede puedo casa años tener cada nadie ningún ninguna además aunque así aún ahora aquí allí mismo misma "
    "poco entonces solo mejor nuestra nuestro nuestros vez va voy ir hacer hago día días noche trabajo dinero "
    "ayuda necesito quiero vivir vida hijos hijo hija gente calle médico mamá papá escuela favor hola buenos "
    "buenas mañana he hemos había fueron será debe deben sea sean tal según mediante ellas nosotros u mis tus "
    "tu te",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
    "sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos "
    "ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa pelos havia "
    "seja qual será nós tenho lhe deles essas esses pelas este esta isto tudo toda todo todos obrigado "
    "obrigada são pode fazer cada ninguém nenhum nenhuma além assim agora aqui ali mesma pouco então melhor "
    "nossa nosso vez vai vou ir faz faço dia dias noite trabalho dinheiro ajuda preciso quero viver vida "
    "filhos filho filha gente rua médico mãe pai escola favor olá bom boa amanhã deve devem sejam tal conforme "
    "outro outra outros outras porque onde desde sobre contra dum duma ainda cujo nisto disto daqui te tu teu "
    "tua",
    "fr": "de la le et les des en un une est que qui dans pour pas du au sur ne se par plus il elle je vous nous ce "
    "cette avec son sa ses mais ou où on sont aux comme tout tous toute leur leurs même y a été être avoir "
    "fait sans bien très peut quand mon ma mes notre nos votre vos ils elles si ces l' d' qu' n' s' j' moi lui "
    "rien encore entre sous aussi chez merci parce dont doit ont avons suis depuis cela ça deux autre autres "
    "c'",
    "it": "di e il la che in a un per è non una le i con del si da sono come dei lo gli della al ma ha nel più alla "
    "anche su delle o se mi ci cui questo questa ho suo sua loro quando chi io nella sul era dal dalla degli "
    "ai essere tutti tutto molto fra ogni senza perché così mio mia quello quella noi voi lui lei hanno fatto "
    "può deve nei negli alle dell' all' nell' un' l' d' abbiamo stato stata sempre solo poi casa grazie anni "
    "dopo bene qui altri propria nessuno nessuna inoltre però ora adesso lì stesso stessa poco allora meglio "
    "nostra nostro nostri volta va vado andare fare faccio giorno giorni notte lavoro soldi aiuto bisogno "
    "voglio vivere vita figli figlio figlia gente strada medico mamma papà scuola favore ciao buongiorno "
    "domani ad ed od erano sarà devono sia siano tale secondo mediante tra agli sugli egli essi ti tu te c'",
    "ro": "de și în a la cu pe nu un o că să se este din care mai pentru sau ca au are ce am fi prin după al ei lui "
    "lor dar sunt îi te îmi mă eu noi voi el ea fost când cum dacă fără între orice oricare ale cel cea cele "
    "cei unei unui toate toți tot acest această sa său numai foarte trebuie poate avem aici asta nici doar mea "
    "meu îl le l ne va vor ar fie casă mult multe bine decât către asupra astfel până fiecare persoană orașul",
    "pl": "w i z na do nie się że o jest to jak za od po ale ma co czy przez tym dla tak już lub są by oraz ich jego "
    "jej który która które być tylko przy bez może mi mnie ja ty on ona my wy oni nas was jestem mam mamy było "
    "był była bo gdy kiedy gdzie bardzo wszystko wszystkich każdy pod nad przed między ze we ku sobie swoje "
    "swoich mój moja moje nasz tego tej temu ten ta te tych jeszcze więc żeby aby jeśli trzeba nic dziękuję "
    "dom innych jako",
    "lt": "ir į yra kad iš su ar bet jis jo kaip ne prie už jų nuo tai būti turi arba apie savo per po kai tik man "
    "mano mes jūs aš tu ji jos jie mus mums labai taip pat buvo bus kuris kuri kurie visi visų kiekvienas "
    "žmogus gali nėra neturi nes jei dėl iki prieš tarp be bei dar jau čia kur kas ką kodėl ačiū metų metai "
    "namai šis ši šie šio tas ta jam jai joks nei turime noriu reikia esu",
    "sq": "dhe në e të i për me një nga që është nuk se si ka më do u ose ai ajo ata unë ti ne ju kjo ky këtë por "
    "kur ku kam kemi kanë janë jam jemi shumë tij saj tyre vet vetë çdo gjithë asnjë pa mbi nën deri pas para "
    "midis duke sipas edhe mund duhet jetë njeri njeriu jo po faleminderit shtëpi këto këta atë asaj atij mos "
    "tek te nëse sepse kush çfarë pse tani këtu tim ime jonë ynë cili ndaj s' t' ia iu na",
    "tr": "ve bir bu da de için ile çok daha olan ne en o gibi kadar ya var yok her ben sen biz siz onlar ama veya "
    "olarak değil mi mı mu mü ki sonra önce şey bana bize sana ona benim senin bizim onun kendi hiç nasıl "
    "neden niçin çünkü ise eğer şu bunu bunun olduğu olması etmek etme olur oldu herkes herkesin kimse üzere "
    "göre karşı arasında sahip tarafından bütün yer ev iş teşekkürler evet hayır gerek istiyorum",
    "vi": "và của là có không được người cho trong các một những này đã với để khi từ ra về mọi đều hay hoặc phải bị "
    "cũng như đó vào thì mà tôi chúng ta anh chị em con bạn ông bà họ nhưng nếu vì do theo trên dưới tại bởi "
    "nào ai gì đến nước việc rất nhiều năm nhà làm đi nói còn chỉ sẽ đang bất cứ sự nhau cả hơn lại nên qua "
    "lên xuống",
    "so": "iyo waa in oo ka ku ee u la uu aan ay waxaa waxa ah leeyahay qof kasta ama aanay si loo lagu laga kala ma "
    "mid kale isaga iyada ayaa baa buu bay wuxuu waxay waxaan leh lahayn yahay tahay ahaan jiray jira jiro "
    "qofka qofkasta dadka gudaha dhan marka markii mar kuwa uga ugu ugana iska isku is kuma kama soo sida "
    "sidii inuu inay inaan haddii laakiin hadda guri guriga aad badan weli noo nagu nala annaga aniga adiga "
    "mahadsanid haa maya cid waayo aanu aanan kastaa",
    "yo": "ni ti àti sí kan tí ó náà fún wọn àwọn pé ń kò bí gbogbo lati láti tàbí nínú rẹ̀ rẹ gbọ́dọ̀ sì ẹnikẹ́ni "
    "ẹni kọ̀ọ̀kan mo mi wa a o jẹ́ jẹ wà kí lè ṣe ní lórí èyí yìí ìyẹn ṣùgbọ́n nígbà tún pẹ̀lú ọmọ ènìyàn "
    "orílẹ̀ èdè ilé iṣẹ́ ohun ọ̀rọ̀ ẹ ṣé dára bẹ́ẹ̀ rárá sinu kankan lọ wá fi gẹ́gẹ́ ara èmi ìwọ òun àwa ẹ̀yin "
    "gbà yóò máa ìlú níbi nítorí fẹ́ ọ̀nà kọ́ dè wọ́n un",
    "uk": "і в на з не що та до за у як є від для це або його її по так але він вона вони ми ви я ти бути має мають "
    "кожна людина який яка які цей ця ці бо якщо коли де хто щоб без при про під над між через свої своїх "
    "також тільки було був була всіх усі ні їх мене мені нас нам вас дуже ще вже чи дім дякую року треба цього "
    "їхніх будь",
    "ru": "и в не на что с по это как к но он она они мы вы я ты из у за от для о же так его её их был была было "
    "быть все всех или если только мне меня нас нам вас при до бы когда уже ещё где кто который которые без "
    "каждый человек имеет свои своих также том нет есть очень со во под над между через чтобы себя может "
    "должен ни эти этого этой",
    "bg": "и на в да не се от за с по че са е като до това или всеки има при който която които но аз ти той тя ние "
    "вие те ще бъде без му си го ги",
    "ar": "في من على إلى أن لا ما هذا هذه التي الذي عن مع أو كل لم قد كان كانت بين ذلك شخص لكل أي غير له لها بعد عند "
    "هو هي نحن أنا أنت هم و ولا إذا حتى ثم منذ يكون وفي ومن أجل دون فيها فيه عليه بها به هناك ليس لي لنا جدا "
    "شكرا نعم كما بما وقد سواء حيث لأن لكن الآن بيت",
    "fa": "و در به از که را این با است برای آن هر یک یا تا خود هم کس شود باید دارد های ها می نمی شده بر اگر ما من تو "
    "او شما آنها ایشان هیچ بی همه دیگر چه نیست بود باشد کرد کند کنند شوند مورد نیز پس پیش روی چون بین داشته "
    "داشت ولی اما خیلی خانه ام ای اند دارند میتواند بدون مردم سال کنید کنم دارم هستم نمیتواند مرسی ممنون لطفا",
    "ur": "کے کی کا میں ہے اور سے کو ہیں نے پر اس کہ یا ہر نہیں وہ یہ کر ہو بھی ایک جو تو تھا تھی تھے گا گی گے ہوں "
    "ہوئے ہوا شخص اپنے اپنی اپنا لئے لیے جائے جاتا کرنے کیا کسی تک ساتھ ہم میرے میرا میری ہمارے آپ ان انہیں جس "
    "جن کوئی بغیر اگر مگر لیکن بہت گھر رہا رہی سکتا سکتے دیا گیا حاصل دیگر",
    "hi": "है हैं का की के में और से को ने पर यह वह हो कि नहीं एक भी या किसी इस उस जो तो था थी थे गया लिए अपने अपनी "
    "करने किया व्यक्ति प्रत्येक मैं हम आप मेरा मेरी मुझे उसके उसकी सभी तथा जाएगा होगा सकता सकती रहा रही द्वारा "
    "कोई साथ",
    "mr": "आहे आहेत आणि च्या चे ची चा मध्ये व हा ही हे तो ती ते नाही प्रत्येक किंवा असे होते करण्याचा त्याच्या मी आम्ही",
    "ne": "छ छन् र ले हो पनि गर्ने गर्न गरी हुने हुन्छ हुन भएको भने यो त्यो तथा वा प्रत्येक व्यक्ति छैन गरेको तर म "
    "मेरो हामी हामीलाई हाम्रो तपाईं तपाईंको उनी उसको आफ्नो कुनै सबै एक अनि धेरै घर गर्नु गरिने सक्छ सक्नु मलाई "
    "के किन कसैलाई देखि सम्म बाट संग सँग होइन थियो भयो पर्छ पर्ने",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
    "hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor "
    "zur bis mehr durch man sein wurde ich wir ihr mir mich uns jeder mensch kein keine seine ihre kann wenn "
    "sehr",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij uit of door naar "
    "heeft hebben hij zij ik je wij ze wordt worden kan geen nog wel meer over heb mijn haar hun ieder die "
    "deze dit tot onder zonder andere alle niemand zich zal",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när "
    "år ska eller skall vid hans hon oss mig du ej utan också man alla mot sin sina sitt blir bli andra denna "
    "detta",
    "hu": "a az és hogy nem is egy meg van minden mint azt ha csak már vagy személynek el ki be de ez ezt aki amely "
    "én te mi ti ők nincs kell volt lesz nagyon után alatt való senkit sem őt",
    "cs": "a v se na je že s z do o to i ve k pro by za jako ale po od má který která které nebo jsou být jeho své "
    "bez při každý nikdo není jsem jsme co tak když už jen až ze tím mu jí nám",
    "hr": "i u na je da se za su od s o ne ili to iz svatko ima kao koji koja koje biti ali po što ga mu sam smo sve "
    "bez",
    "sw": "na ya wa kwa ni za la katika kila mtu ana yake au kuwa cha hii hiyo huo wake watu hao yeye mimi sisi wao "
    "bila lakini kama vya pia ili yoyote wote hakuna si sana nyumba kazi mtoto nchi bado sasa huu hizo zake "
    "chake lake pamoja kwamba nina tuna asante mwa kutoka",
    "id": "dan yang di dengan untuk dari dalam ini tidak itu pada adalah oleh ke atau setiap orang akan atas saya kami",
    "tl": "ang ng sa mga at na ay ko ako mo ka ito hindi may kung para siya ni si isang o lahat bawat tao",
}
_LITTLE_WEIGHT = 3.0

#: The commonest words, the commonest first, of languages that Londoners speak and no table of langdetect knows: Hausa,
#: Kurmanji, Igbo, Twi, Lingala, Wolof, Fula, Bambara, Shona, Luganda, Azeri, Uzbek, Irish, Pashto and Sorani.
COMMON = {
    "ha": "da na ta ya a ba wani ko ga ne ce don wannan cikin mutum duk shi ita su mu ku ni kai wa kowa yana suna "
    "zuwa daga kan wanda wadda waɗanda babu akwai ƙasa kasa mutane aiki gida rayuwa saboda domin haka kuma "
    "amma idan sai har mai masu ana kowane kowace ɗan yan wata cewa yi za iya yin samu tare sun yake cin ciki "
    "kamar wajen bisa dole ake yadda yayin dukkan irin tsakanin game abin abu wuri lokaci shekara ranar gaba "
    "baya sauran wasu dai kawai sosai yara mata miji uwa uba ɗiya abinci ruwa kudi kuɗi makaranta asibiti "
    "lafiya magana zama tafi zo ji gani sani so bukata nuna ina kina kana muna kuna zan zai zata sannan bayan "
    "kafin tun yaya me wane nawa gobe yau jiya nan can jama'a harkar hanya yarda 'yan ɗaya biyu uku dama kyau "
    "kyauta babba ƙarami ɗauke ƙarƙashin ƙasar harshe wadanda samun",
    "ku": "û ku bi ji de di li ya yê ên a ê ez tu ew em hûn ne na jî heye hemû kes xwe wî an her kesek ye in bo da "
    "re ra nav bin ser jin mirov mirovan kar mal malê welat divê dikare nikare tê tên bêtir wek wekî gor gorî "
    "hev din bike bikin bibe bibin be bê nabe hate hatin were werin xwedî hene tune gelek dema dem çi kî kengî "
    "kîjan kesî kesekî yekî yek du sê wan wê min te me we vê vî ev evê kirin kiriye dike dikin dibe dibin bûn "
    "bû bûye jiyan jiyana rê riya roj şev sal meh zarok dê bav bira xwişk heval dost nan av pere kirê xanî "
    "nexweş nexweşxane doktor dibistan mamoste ziman kurdî baş xirab mezin biçûk nû kevin pir hindik zêde kêm "
    "êdî niha paşê berê piştî heta jibona lê belê erê spas ber bona herwekî weke yên dixwazim dixwaze malbat",
    "ig": "na ka ọ nke ya bụ ndị ha ga onye mmadụ a nwere ike nọ dị ma mgbe niile ọbụla bụla n'ime n' ime ihe oke "
    "ọrụ ụlọ anyị unu mụ gị m i gi bụkwa maọbụ mana maka n'ihi otu abụọ eme inwe ịga bi ebe agaghị enweghị ozo "
    "ọzọ nile ala aha uche ndụ obodo site dika dịka kwa kwara nwa nne nna ụmụ nwoke nwanyị nwunye di ezinụlọ "
    "mmiri nri ego ahịa akwụkwọ ụlọakwụkwọ ọgwụ ahụ isi aka ụkwụ anya oge ụbọchị afọ ọnwa ụtụtụ abalị ugbu taa "
    "echi ụnyaahụ mma ọma ọjọọ ukwu nta ọtụtụ nkịtị anaghị achọ chọrọ chọ gaa bịa bia mara maara hụ kwuo kwuru "
    "sị nyere nye enye were iwere eji jiri ji mere meere imeri tupu mechaa kedu gịnị ebee olee onyekwu onwe "
    "mkpa mkpụrụ otú aga-eme agbata obi ikpe mpụ mgbanwe ndi ibe",
    "ak": "na wɔ no ne sɛ a de bi mu so ho nyinaa obi ɔ wo me yɛ yɛn wɔn ɛ ɛyɛ onipa biara ɔman kwan anaa nti nanso "
    "firi fi ma mma kɔ ba aba bere mmere adwuma fie ofie asɛm ade adeɛ nipa nnipa mmara sɛdeɛ sɛnea deɛ nea "
    "ɛne ɛno yi saa bɛ bɛyɛ bɛtumi tumi ntumi nni nim ka kasa hu te tena bra mepa kyɛw meda ase aane daabi "
    "akwaaba maame papa abofra mmofra sika aduane nsuo yareɛ ayaresabea sukuu da nnɛ ɔkyena ɛnnɛ pii kakra "
    "kɛseɛ kɛse ketewa foforɔ dada baako mmienu mmiɛnsa wiase afoforo nkurɔfoɔ ɔkwan sɛe bɔ twa hwɛ hwehwɛ fa "
    "wɔde ɔwɔ yɛwɔ mewɔ ɛwɔ ɛsɛ ɛsɛsɛ asetena",
    "ln": "na ya oyo ba bato moto te nyonso to mpe azali bazali eza ezali nga ngai yo ye biso bino bango wana po mpo "
    "ndenge soki kasi lokola kati likolo nsima liboso mboka ndako mosala mbongo mwana bana mama tata mobali "
    "mwasi bomoi kosala kozala kopesa kozwa koloba koyeba kolinga kokende koya mosusu misusu mingi moke malamu "
    "mabe monene moko mibale misato mikolo mokolo lelo lobi sikoyo awa kuna nini nani wapi boni mbote matondo "
    "melesi eyano bolamu lobota libota nzela liloba maloba makambo likambo makoki kokoki akoki bakoki asengeli "
    "esengeli ata ntina lisusu nzoto mokili",
    "wo": "ak ci bu bi la na ne mu nu di du ko te am nit waay wala yi yu ñu ñi mbaa bépp képp bala dafa daf dina "
    "sama sa suñu seen moom man yow nun yeen ñoom amul lu li loolu kan fan kañ naka ndax waaye itam it ba ngir "
    "ginaaw kanam biir kaw kër liggéey xaalis xale doom yaay baay jigéen góor réew mi wi mën wax dem ñëw jox "
    "def xam bëgg jërëjëf nanga waaw déedéet tey ëllëg démb jamono lépp ñépp benn ñaar ñett bari tuuti rey "
    "ndaw baax bon yoon ëpp moomu war wara sax rekk daal yoonu",
    "ff": "e ko o mo nde ɗo kala fof neɗɗo yimɓe ɓe ɗe ɗi nden hay walla kono sabu ngam haa to do dow nder leydi "
    "galle golle kaalis ɓiɗɗo sukaaɓe baaba yumma debbo gorko jogii ina hino mino miɗo hiɗa hiɗen maa makko "
    "maɓɓe men meeɗen on onon enen wonde waɗde jokkude nandude wonaa alaa waɗi yahde arde anndude yiɗde "
    "jaaraama eey hannde janngo hanki gooto ɗiɗi tati heewi famɗi mawɗo mawnde tokoso gonga laawol",
    "bm": "ka ye la na ni ma bɛ tɛ min o i a an aw u olu ne e bɛɛ mɔgɔ walima fo kan kɔnɔ kɔrɔ kɔfɛ ɲɛ kosɔn bolo "
    "dugu jamana so baara wari den denw muso cɛ ba fa kalan sira fɛn kɛ kɛra kɛli taa fɔ dɔn don lɔn fɛ bɔ di "
    "ta sɔrɔ sɔrɔli se nka sabu ko cogo dɔ dɔw wɛrɛ kelen fila saba caman dɔɔnin belebele fitinin ɲuman jugu "
    "bi sini kunun sisan yan yen mun jɔn joli ini ce sogoma awɔ ayi",
    "sn": "uye na ne kuti mu ku wa ya va dza cha pa kana munhu vanhu wese vese rese ose ane ari ndi iri kubva nokuti "
    "asi kusvika pasi pamusoro mukati nyika imba basa mari mwana vana amai baba mukadzi murume chikoro "
    "chipatara mvura chikafu kuita kuva kuenda kuuya kutaura kuziva kuda kupa kutora zvakanaka zvakaipa zvose "
    "zvino nhasi mangwana nezuro mumwe vamwe imwe mbiri tatu zvikuru zvishoma hongu kwete ndatenda mazita "
    "ndinoda tinoda anofanira haafaniri zvinoita pachake wake dzake yake chake",
    "lg": "okubeera n' mu ku ne na nga era oba buli muntu abantu omuntu alina okuva bw' ye be gwe kye ekyo kino ono "
    "bano abo nsi ensi ennyumba omulimu ssente omwana abaana maama taata omukazi omusajja essomero eddwaliro "
    "amazzi emmere okukola okugenda okujja okwogera okumanya okwagala okufuna okuwa bulungi bubi byonna bonna "
    "kaakati leero enkya jjo omu babiri basatu nnyo katono yee nedda webale nze ggwe ffe mmwe naye kubanga "
    "singa wabula",
    "az": "və bir bu ki ilə üçün də da hər kəs var olan o edilə bilər öz ya heç onun onların edə qarşı insan həyat "
    "mən sən biz siz onlar amma lakin çünki əgər nə necə harada niyə daha çox az yaxşı pis böyük kiçik yeni ev "
    "iş pul uşaq ana ata ailə məktəb xəstəxana həkim su çörək bəli xeyr yox təşəkkür edirəm sağ indi gün sabah "
    "dünən mənim sənin bizim sizin olmaq etmək getmək gəlmək bilmək istəmək vermək almaq olaraq şəxs şəxsin "
    "olmalıdır həm həmçinin",
    "uz": "va bu bir har bilan uchun ham yoki inson emas kerak o'z oʻz ularning uning edi bor yo'q yoʻq men sen biz "
    "siz ular lekin agar chunki nima qanday qayerda nega ko'p koʻp kam yaxshi yomon katta kichik yangi uy ish "
    "pul bola ona ota oila maktab kasalxona shifokor suv non ha rahmat hozir bugun ertaga kecha mening sening "
    "bizning sizning bo'lish boʻlish qilish borish kelish bilish bermoq olish mumkin bo'lgan boʻlgan etish "
    "qilingan hech kim kimsa lozim haqida",
    "ga": "agus an na ar i a go ag le do is ní tá bhí sé sí mé tú muid siad seo sin gach duine aige chun ó faoi gan "
    "nó mar ach más nach bhfuil raibh beidh déanamh dul teacht leis leo dá de den don sa san as féin eile uile "
    "saol teach obair airgead leanbh máthair athair scoil ospidéal uisce bia maith olc mór beag nua inniu "
    "amárach inné agat",
    "ps": "د په او چې له ته هر دی ده څخه سره کې یا نه به دا هغه دي شي لري کوم څوک خپل ورته هم تر پر باندې زه موږ "
    "تاسو هغوی زما ستا کور کار پيسې ماشوم مور پلار ښځه ډاکټر روغتون ښوونځی اوبه ډوډۍ ښه بد لوی کوچنی نوی نن "
    "سبا پرون ډېر لږ هو مننه کول کېدل تلل راتلل ویل پوهېدل غوښتل ورکول ټول هیڅ وي شوی کړي کړی کولای دغه لپاره "
    "وروسته مخکې",
    "ckb": "و لە بە کە بۆ ئەو لەگەڵ هەر هەموو هەیە بێت یان نابێت ئەم من تۆ ئێمە ئێوە ئەوان دەبێت کەس کەسێک خۆی نییە "
    "بوو بووە کردن دەکات دەکرێت ماڵ کار پارە منداڵ دایک باوک ژن پیاو دکتۆر نەخۆشخانە قوتابخانە ئاو نان باش "
    "خراپ گەورە بچووک نوێ ئەمڕۆ سبەی دوێنێ زۆر کەم بەڵێ نەخێر سوپاس چی کێ کوێ کەی چۆن بەڵام چونکە ئەگەر پێش "
    "دوای ناو سەر ژێر ژیان مرۆڤ وڵات",
}
_OF_COMMON = 80  # the first words of each that count as little words

_TOKEN = regex.compile(r"\p{L}[\p{L}\p{M}]*'?")
_SPELLING = str.maketrans({"’": "'", "ʼ": "'", "ي": "ی", "ك": "ک"})
_MARKS = dict.fromkeys(range(0x300, 0x370))


def hints(text: str) -> Mapping[str, float]:
    """How much the letters and common words of `text` speak for each language: logarithms of odds."""
    found: defaultdict[str, float] = defaultdict(float)
    for token in _TOKEN.findall(_spelled(text)):
        for code in _LANGUAGES_OF.get(token, ()):
            found[code] += _LITTLE_WEIGHT
    for code, pattern in _UNLIKELY.items():
        found[code] += _UNLIKELY_WEIGHT * len(pattern.findall(text))
    return found


def without_marks(text: str) -> str:
    """`text` as many people type it: no accents, no tone marks."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_MARKS))


def _spelled(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower().translate(_SPELLING)


def _languages_of() -> dict[str, tuple[str, ...]]:
    """Each little word, with its marks and without, and its languages."""
    words: defaultdict[str, set[str]] = defaultdict(set)
    lists = [(code, listed.split()) for code, listed in _LITTLE.items()]
    lists += [(code, listed.split()[:_OF_COMMON]) for code, listed in COMMON.items()]
    for code, listed in lists:
        for word in listed:
            words[_spelled(word)].add(code)
            words[_spelled(without_marks(word))].add(code)
    return {word: tuple(sorted(codes)) for word, codes in words.items()}


_LANGUAGES_OF = _languages_of()
