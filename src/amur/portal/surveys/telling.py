"""What the facts of a survey are called and how they were made, in the languages of the centre."""

from collections.abc import Mapping
from typing import Any, Final

from amur.portal.languages.text import MultilingualText, Translation

SIMULATED: Final = MultilingualText.of(
    "en",
    en="Simulated survey, no real animals",
    ru="Смоделированный учёт, не реальные животные",
    zh="模拟调查，并非真实动物",
    mn="Загварчилсан судалгаа, бодит амьтан биш",
)
NAMES: Final[Mapping[str, MultilingualText]] = {
    "effort": MultilingualText.of(
        "en", en="Trap days", ru="Ловушко-сутки", zh="相机工作日", mn="Камер-хоног"
    ),
    "richness": MultilingualText.of(
        "en",
        en="Number of species, lower bound (Chao2)",
        ru="Число видов, нижняя граница (Chao2)",
        zh="物种数下限（Chao2）",
        mn="Зүйлийн тооны доод хязгаар (Chao2)",
    ),
    "index": MultilingualText.of(
        "en",
        en="Relative abundance index",
        ru="Индекс относительного обилия",
        zh="相对多度指数",
        mn="Харьцангуй элбэгшлийн индекс",
    ),
    "occupancy": MultilingualText.of(
        "en",
        en="Share of stations with the species",
        ru="Доля станций, где отмечен вид",
        zh="拍摄到该物种的位点比例",
        mn="Тухайн зүйл бүртгэгдсэн цэгийн эзлэх хувь",
    ),
    "overlap": MultilingualText.of(
        "en",
        en="Overlap of daily activity",
        ru="Перекрывание суточной активности",
        zh="日活动节律重叠",
        mn="Хоногийн идэвхийн давхцал",
    ),
    "alive": MultilingualText.of(
        "en",
        en="Minimum number known alive, without cubs",
        ru="Минимальное число заведомо живых, без котят",
        zh="已知存活的最小数量（不含幼崽）",
        mn="Амьд нь мэдэгдсэн доод тоо, зулзагагүйгээр",
    ),
    "families": MultilingualText.of(
        "en",
        en="Known females with cubs",
        ru="Известные самки с детёнышами",
        zh="已识别的带崽雌性",
        mn="Зулзагатай нь мэдэгдсэн эмэгчин",
    ),
    "flanks": MultilingualText.of(
        "en",
        en="Number of animals identified, lowest and highest by flanks",
        ru="Число опознанных особей, наименьшее и наибольшее по бокам тела",
        zh="识别个体数（按体侧的最小值与最大值）",
        mn="Танигдсан бодгалийн тоо, хажуугаар нь тооцсон доод ба дээд",
    ),
}
METHODS: Final[Mapping[str, MultilingualText]] = {
    "effort": MultilingualText.of(
        "en",
        en="Camera traps; trap days of stations {effort}, outages left out.",
        ru="Фотоловушки; ловушко-сутки станций {effort}, без простоев.",
        zh="红外相机；位点工作日{effort}，不含故障时间。",
        mn="Автомат камер; цэгийн камер-хоног {effort}, зогссон хугацааг хассан.",
    ),
    "richness": MultilingualText.of(
        "en",
        en="Camera traps; Chao2 over trap days, 95 % log-normal interval.",
        ru="Фотоловушки; Chao2 по ловушко-суткам, 95 % логнормальный интервал.",
        zh="红外相机；以相机工作日为单位的Chao2，95%对数正态区间。",
        mn="Автомат камер; камер-хоногоор тооцсон Chao2, 95 % лог-хэвийн интервал.",
    ),
    "index": MultilingualText.of(
        "en",
        en=(
            "Camera traps; independent events ({minutes} min, {rule}) per 100 trap days; 95 % bootstrap "
            "interval over stations. No density."
        ),
        ru=(
            "Фотоловушки; независимые регистрации ({minutes} мин, {rule}) на 100 ловушко-суток; 95 % "
            "бутстреп-интервал по станциям. Это не плотность."
        ),
        zh="红外相机；每100个相机工作日的独立有效事件（{minutes}分钟，{rule}）；按位点自助法95%区间。并非密度。",
        mn=(
            "Автомат камер; 100 камер-хоногт ногдох бие даасан бүртгэл ({minutes} мин, {rule}); цэгээр "
            "бутстрэп хийсэн 95 % интервал. Нягтшил биш."
        ),
    ),
    "occupancy": MultilingualText.of(
        "en",
        en=(
            "Camera traps; naive share, too low where animals are missed; 95 % bootstrap interval over "
            "stations."
        ),
        ru="Фотоловушки; наивная доля, занижена при пропуске животных; 95 % бутстреп-интервал по станциям.",
        zh="红外相机；朴素占域率，漏拍时偏低；按位点自助法95%区间。",
        mn=(
            "Автомат камер; засваргүй хувь, амьтан үл бүртгэгдвэл доогуур гарна; цэгээр бутстрэп хийсэн "
            "95 % интервал."
        ),
    ),
    "overlap": MultilingualText.of(
        "en",
        en="Kernel curves of independent events, Δ̂1 or Δ̂4 by sample size; 95 % smoothed bootstrap interval.",
        ru=(
            "Ядерные кривые независимых регистраций, Δ̂1 или Δ̂4 по объёму выборки; 95 % интервал "
            "сглаженного бутстрепа."
        ),
        zh="独立有效事件的核密度曲线，按样本量取Δ̂1或Δ̂4；平滑自助法95%区间。",
        mn=(
            "Бие даасан бүртгэлийн цөмийн муруй, түүврийн хэмжээгээр Δ̂1 эсвэл Δ̂4; гөлгөршүүлсэн "
            "бутстрэпийн 95 % интервал."
        ),
    ),
    "alive": MultilingualText.of(
        "en",
        en="Camera traps; animals identified by their coats, alive between two meetings; flanks: {flanks}.",
        ru="Фотоловушки; особи опознаны по рисунку шкуры, живы между двумя встречами; бока: {flanks}.",
        zh="红外相机；按毛皮花纹识别个体，两次拍摄之间视为存活；体侧：{flanks}。",
        mn=(
            "Автомат камер; үсний хээгээр таньсан бодгаль, хоёр бүртгэлийн хооронд амьд гэж үзсэн; "
            "хажуу: {flanks}."
        ),
    ),
    "families": MultilingualText.of(
        "en",
        en="Camera traps; known females met together with juveniles, or whose cubs are known. A minimum.",
        ru="Фотоловушки; известные самки, снятые вместе с детёнышами или с известными котятами. Минимум.",
        zh="红外相机；与幼崽同时拍到或已知其幼崽的雌性个体。为最小值。",
        mn="Автомат камер; зулзагатайгаа хамт бүртгэгдсэн эсвэл зулзага нь мэдэгдсэн эмэгчин. Доод тоо.",
    ),
    "flanks": MultilingualText.of(
        "en",
        en=(
            "Animals known from one flank alone may be the two sides of one: the larger group, and all of "
            "them."
        ),
        ru="Особи, известные с одного бока, могут быть двумя боками одной: большая группа и все вместе.",
        zh="仅识别一侧体侧的个体可能是同一只：取较大组为下限，全部相加为上限。",
        mn=(
            "Нэг хажуугаар нь таньсан бодгалиуд нэг амьтны хоёр тал байж болно: их бүлэг нь доод, нийлбэр "
            "нь дээд тоо."
        ),
    ),
}
_WORDS: Final[Mapping[str, MultilingualText]] = {
    "span": MultilingualText.of(
        "en", en="by the time between start and end", ru="по времени от установки до снятия",
        zh="按起止时间计", mn="эхлэлээс төгсгөл хүртэлх хугацаагаар",
    ),
    "calendar": MultilingualText.of(
        "en", en="by days of the calendar, the first and the last a half",
        ru="по календарным дням, первый и последний за половину", zh="按日历日计，首末日各计半日",
        mn="календарийн өдрөөр, эхний ба сүүлийн өдрийг хагасаар",
    ),
    "last-record": MultilingualText.of(
        "en", en="after the last record", ru="после последнего снимка", zh="距上一记录",
        mn="сүүлийн бүртгэлээс хойш",
    ),
    "last-event": MultilingualText.of(
        "en", en="after the last event", ru="после последней регистрации", zh="距上一独立事件",
        mn="сүүлийн бие даасан бүртгэлээс хойш",
    ),
    "all": MultilingualText.of(
        "en", en="as identified", ru="как опознано", zh="按识别结果", mn="таньсан ёсоор"
    ),
    "left": MultilingualText.of("en", en="left only", ru="только левый", zh="仅左侧", mn="зөвхөн зүүн"),
    "right": MultilingualText.of("en", en="right only", ru="только правый", zh="仅右侧", mn="зөвхөн баруун"),
    "linked": MultilingualText.of(
        "en", en="both linked", ru="оба связаны", zh="两侧已关联", mn="хоёуланг холбосон"
    ),
    "minimum": MultilingualText.of("en", en="minimum", ru="минимум", zh="最小值", mn="доод тоо"),
}  # fmt: skip


def named(name: MultilingualText, about: str) -> MultilingualText:
    """A name with what it is about; a scientific name is the same in all languages."""
    return _changed(name, lambda text, _code: f"{text}: {about}" if about else text)


def method_of(method: MultilingualText, rules: Mapping[str, Any]) -> MultilingualText:
    """A method with the rules that were used."""

    def filled(text: str, code: Any) -> str:
        words = {
            name: _WORDS[str(rules[name])].texts[code].text
            for name in ("effort", "rule", "flanks")
            if str(rules.get(name)) in _WORDS
        }
        return text.format_map({**words, "minutes": f"{rules.get('minutes', 0):g}"})

    return _changed(method, filled)


def _changed(text: MultilingualText, change: Any) -> MultilingualText:
    return MultilingualText(
        text.source,
        {code: Translation(change(one.text, code), one.status) for code, one in text.texts.items()},
    )
