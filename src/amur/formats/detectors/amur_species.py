"""Mammals of the Amur basin and birds of its ground, by family: what a camera near the ground may meet there.

From the common faunas of Russia, China and Mongolia, with domestic animals and with the synonyms that
classifiers use. A species that is missing is not denied: its label is said at the genus, family or class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LIST: Final = """
felidae: Panthera tigris, Panthera pardus, Panthera uncia, Lynx lynx, Prionailurus bengalensis,
    Otocolobus manul, Felis catus, Felis silvestris
canidae: Canis lupus, Canis familiaris, Cuon alpinus, Vulpes vulpes, Vulpes corsac, Nyctereutes
    procyonoides
ursidae: Ursus arctos, Ursus thibetanus
mustelidae: Martes zibellina, Martes flavigula, Mustela sibirica, Mustela erminea, Mustela nivalis,
    Mustela altaica, Mustela eversmanii, Neogale vison, Neovison vison, Meles leucurus, Meles meles,
    Gulo gulo, Lutra lutra
cervidae: Cervus elaphus, Cervus canadensis, Cervus nippon, Capreolus pygargus, Alces alces, Alces
    americanus, Rangifer tarandus
moschidae: Moschus moschiferus
bovidae: Naemorhedus caudatus, Nemorhaedus caudatus, Procapra gutturosa, Ovis ammon, Ovis nivicola,
    Ovis aries, Capra hircus, Bos taurus, Bos grunniens
suidae: Sus scrofa
equidae: Equus caballus, Equus ferus, Equus hemionus, Equus asinus
camelidae: Camelus bactrianus, Camelus ferus
leporidae: Lepus timidus, Lepus mandshuricus, Lepus tolai
ochotonidae: Ochotona hyperborea, Ochotona mantchurica, Ochotona dauurica, Ochotona alpina
erinaceidae: Erinaceus amurensis, Mesechinus dauuricus
talpidae: Mogera robusta
soricidae: Sorex caecutiens, Sorex daphaenodon, Sorex isodon, Sorex unguiculatus, Crocidura lasiura,
    Neomys fodiens
sciuridae: Sciurus vulgaris, Eutamias sibiricus, Tamias sibiricus, Pteromys volans, Marmota
    sibirica, Marmota kastschenkoi, Urocitellus undulatus, Spermophilus undulatus, Spermophilus
    dauricus
castoridae: Castor fiber, Castor canadensis
muridae: Apodemus peninsulae, Apodemus agrarius, Rattus norvegicus, Mus musculus, Micromys minutus,
    Meriones unguiculatus
cricetidae: Ondatra zibethicus, Clethrionomys rutilus, Myodes rutilus, Craseomys rufocanus, Myodes
    rufocanus, Alexandromys fortis, Microtus fortis, Tscherskia triton, Cricetulus barabensis,
    Lemmus amurensis
dipodidae: Orientallactaga sibirica, Allactaga sibirica, Dipus sagitta
spalacidae: Myospalax psilurus, Myospalax aspalax
phasianidae: Phasianus colchicus, Tetrastes bonasia, Bonasa bonasia, Tetrao urogalloides, Lyrurus
    tetrix, Falcipennis falcipennis, Canachites falcipennis, Lagopus lagopus, Lagopus muta, Coturnix
    japonica, Perdix dauurica, Gallus gallus
otididae: Otis tarda
gruidae: Grus japonensis, Antigone vipio, Grus vipio, Grus monacha, Grus grus, Leucogeranus
    leucogeranus
ciconiidae: Ciconia boyciana, Ciconia nigra
ardeidae: Ardea cinerea, Ardea alba
anatidae: Aix galericulata, Anas platyrhynchos, Mergus squamatus, Mergus merganser
columbidae: Streptopelia orientalis, Columba rupestris
scolopacidae: Scolopax rusticola, Gallinago megala
accipitridae: Haliaeetus albicilla, Haliaeetus pelagicus, Aquila chrysaetos, Aegypius monachus,
    Accipiter gentilis, Astur gentilis, Buteo buteo, Buteo japonicus
strigidae: Bubo bubo, Ketupa blakistoni, Bubo blakistoni, Strix uralensis, Strix nebulosa, Strix
    aluco
picidae: Dryocopus martius, Picus canus, Dendrocopos major, Dendrocopos leucotos
corvidae: Garrulus glandarius, Nucifraga caryocatactes, Perisoreus infaustus, Cyanopica cyanus, Pica
    pica, Pica serica, Corvus corax, Corvus corone, Corvus macrorhynchos
turdidae: Turdus pallidus, Turdus hortulorum, Turdus naumanni, Turdus eunomus, Zoothera aurea,
    Geokichla sibirica
paridae: Parus major, Parus minor, Poecile palustris, Poecile montanus, Periparus ater
sittidae: Sitta europaea
upupidae: Upupa epops
"""

SPECIES: Final[Mapping[str, frozenset[str]]] = {
    family: frozenset(name.strip().lower() for name in names.split(","))
    for family, names in (line.split(":") for line in _LIST.replace("\n    ", " ").strip().splitlines())
}
