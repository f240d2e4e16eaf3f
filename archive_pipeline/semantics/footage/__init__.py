"""Whether two stretches of film are the same footage: small grey pictures → what they show, how one lies in the other,
where they run together. No encoder: which pictures are compared at all is `candidates`' question.
"""
