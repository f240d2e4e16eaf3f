"""Words that are in every text and say nothing of it, without accents as `tokens.fold` writes them."""

from archive_pipeline.search import common_words
from archive_pipeline.search.words.tokens import fold

_ENGLISH_TOO = """
a as me him them us myself himself herself itself themselves ourselves yourself ours yours theirs whom whose why because
if then than so too also just only even still yet already again once ever never can could would should will shall may
might must am did does doing done having being such own same both each few more most much no nor well oh yes ok okay
shows show seen image picture frame
"""
_SPANISH_TOO = """
a de e i el la los las le les lo te me no si ni o u es soy eres somos era eras fui fuera sea sean sido siendo estoy esta
estamos estaba estaban estuvo estado he hemos haya hubo habia haber tengo tiene tienen tenia tener va van vamos voy ir
pero porque pues aunque tambien tampoco ya aun todavia asi tan tanto mucho mucha poco poca todo toda todos todas algo
alguien alguno alguna algunos algunas nada nadie ninguno ninguna cada mismo misma mismos mismas ello esto eso aquello
aqui ahi alli alla ahora entonces luego despues antes siempre nunca solo solamente contra mediante ante os vosotros
nosotras tus mios suyo suya suyos suyas cuyo cuya sino bien mal puede pueden poder hace hacen hacer dice dicen
muestra imagen
"""  # «se ve», «la imagen muestra»: how descriptions begin

STOP_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(map(fold, common_words.ENGLISH_FUNCTION)) | frozenset(_ENGLISH_TOO.split()),
    "es": frozenset(map(fold, common_words.SPANISH_FUNCTION)) | frozenset(_SPANISH_TOO.split()),
}
"""By language."""
