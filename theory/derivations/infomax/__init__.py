"""The InfoMax post on the beta-VAE: its derivations, in the order of the post."""

# isort: skip_file
from theory.derivations.infomax.notation import weights as weights
from theory.derivations.infomax.notation import mass as mass
from theory.derivations.infomax.notation import beta_vae as beta_vae
from theory.derivations.infomax.notation import beta_vae_corrected as beta_vae_corrected
from theory.derivations.infomax.notation import separate as separate
from theory.derivations.infomax.notation import entangled as entangled
from theory.derivations.infomax.notation import unseen as unseen
from theory.derivations.infomax.notation import seen as seen
from theory.derivations.infomax.notation import uncoupled as uncoupled
from theory.derivations.infomax.notation import interaction as interaction
from theory.derivations.infomax.chain import chain as chain
from theory.derivations.infomax.chain import rewritten as rewritten
from theory.derivations.infomax.chain import bounded as bounded
from theory.derivations.infomax.chain import not_both as not_both
from theory.derivations.infomax.bound import split as split
from theory.derivations.infomax.bound import most as most
from theory.derivations.infomax.bound import bound as bound
from theory.derivations.infomax.bound import final as final
from theory.derivations.infomax.bound import equivalent as equivalent
from theory.derivations.infomax.bound import equivalent_pinned as equivalent_pinned
from theory.derivations.infomax.bound import proportional as proportional
from theory.derivations.infomax.bound import beta_solved as beta_solved
from theory.derivations.infomax.bound import solved as solved
from theory.derivations.infomax.bound import weight as weight
from theory.derivations.infomax.bound import maximise as maximise
from theory.derivations.infomax.bound import maximise_corrected as maximise_corrected
from theory.derivations.infomax.takeaways import marginal as marginal
from theory.derivations.infomax.takeaways import likelihood as likelihood
from theory.derivations.infomax.takeaways import second_joint as second_joint
from theory.derivations.infomax.takeaways import second_joint_corrected as second_joint_corrected
from theory.derivations.infomax.takeaways import vae as vae
from theory.derivations.infomax.takeaways import from_the_prior as from_the_prior
from theory.derivations.infomax.takeaways import from_the_data as from_the_data
from theory.derivations.infomax.symbols import DEFINITIONS as DEFINITIONS
