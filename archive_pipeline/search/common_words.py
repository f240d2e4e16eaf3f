"""Common words of English and Spanish, written by hand: what holds sentences together, and what archives are asked for.

What both languages write alike is in neither, nor is what names are made of: Las Vegas, La Paz, Rio Grande, De Gaulle.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH_FUNCTION = _words("""
the an and or of in on at to from with without by for into over under behind near between through during is are was
were be being been has have had does do this that these those there here his her their its our my your he she it they
we you i who what when where which how not very some any all two three four five many several other another while as
up down out off around along across
""")

ENGLISH_CONTENT = _words("""
man men woman women boy boys girl girls child children kid kids people person crowd baby old young red blue green
yellow white black brown grey gray orange purple pink dark bright big small little large tall long car cars bus train
trains boat boats ship ships plane planes aircraft bicycle bike truck horse horses dog dogs cat cats bird birds fish
cow cows sheep tree trees flower flowers house houses building buildings street streets road roads city town village
beach sea ocean river lake mountain mountains forest field desert sky cloud clouds sun moon rain snow fog storm wind
fire smoke water night day dawn dusk sunset sunrise winter summer church school hospital factory market shop station
airport bridge stadium stage room kitchen table chair window door wall floor clock flag balloon umbrella windmill hat
shirt suit dress hand hands face head eyes hair war soldier soldiers army police king queen president minister
parliament speech interview news presenter anchor newsreader studio meeting demonstration protest strike election
voters football match game player players goal race dance dancing dancer song singer singing music band concert film
scene shot aerial view close wide running walking standing sitting talking speaking eating drinking playing reading
writing driving riding flying swimming jumping burning falling looking smiling laughing crying working holding wearing
cooking fighting
""")

SPANISH_FUNCTION = _words("""
un una unos unas y o u del en al con sin por para sobre bajo tras entre hacia desde hasta ante durante según que qué
quien quién cuando cuándo donde dónde como cómo cual cuál son está están eran fue fueron hay ser estar ha han había
muy más menos este esta estos estas ese esa esos esas aquel aquella su sus mi mis tu nuestro nuestra él ella ellos
ellas se nos yo dos tres cuatro cinco muchos muchas varios varias otro otra otros otras mientras junto cerca lejos
dentro fuera
""")

SPANISH_CONTENT = _words("""
hombre hombres mujer mujeres niño niña niños niñas gente persona personas multitud bebé viejo vieja joven jóvenes rojo
roja rojos rojas azul azules verde verdes amarillo amarilla amarillos amarillas blanco blanca blancos blancas negro
negra negros negras marrón gris grises naranja morado morada morados moradas rosa oscuro oscura claro grandes pequeño
pequeña largo larga alto alta coche coches autobús tren trenes barco barcos avión aviones bicicleta bicicletas bici
camión caballo caballos perro perros gato gatos pájaro pájaros pez peces vaca vacas oveja ovejas árbol árboles flor
flores casa casas edificio edificios calle calles carretera ciudad pueblo aldea playa mar océano río lago montaña
montañas bosque campo desierto cielo nube nubes sol luna lluvia nieve niebla tormenta viento fuego humo agua noche día
amanecer atardecer invierno verano iglesia escuela fábrica mercado tienda estación aeropuerto puente estadio escenario
habitación cocina mesa silla sillas ventana puerta pared suelo reloj relojes bandera banderas globo globos paraguas
molino molinos sombrero camisa traje vestido mano manos cara cabeza ojos pelo guerra soldado soldados ejército policía
rey reina presidente presidenta ministro ministra parlamento discurso entrevista noticias presentador presentadora
plató reunión manifestación huelga elecciones fútbol partido juego jugador jugadores gol carrera baile bailando
bailarina canción cantante cantando música banda concierto película escena plano aéreo aérea corriendo caminando
andando sentado sentada hablando comiendo bebiendo jugando leyendo escribiendo conduciendo montando volando nadando
saltando ardiendo cayendo mirando sonriendo riendo llorando trabajando brillando cocinando luchando
""")

NAME_PARTS = _words("el la los las de le les lo te es a i")
"""Function words that are no evidence of a language."""
